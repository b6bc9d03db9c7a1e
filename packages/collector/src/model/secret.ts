import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Bytes of randomness: beyond guessing, so that one round of SHA-256 is enough to keep at rest. */
const SECRET_BYTES = 32

/** A random secret, 43 characters that need no escaping anywhere. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** How a secret is kept: SHA-256, hexadecimal. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Compares without telling by its time how much was right. */
export function secretMatches(secret: string, hash: string): boolean {
  const given = createHash('sha256').update(secret).digest()
  const kept = Buffer.from(hash, 'hex')
  return kept.length === given.length && timingSafeEqual(given, kept)
}
