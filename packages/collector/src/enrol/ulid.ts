import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_CHARACTERS = 10
const RANDOM_CHARACTERS = 16

/** A machine's id: 48 bits of time and 80 random bits in Crockford base32, https://github.com/ulid/spec. */
export function newUlid(now: number): string {
  let time = ''
  for (let rest = now, i = 0; i < TIME_CHARACTERS; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time
  let random = ''
  for (const byte of randomBytes(RANDOM_CHARACTERS)) random += ALPHABET[byte % 32]
  return time + random
}
