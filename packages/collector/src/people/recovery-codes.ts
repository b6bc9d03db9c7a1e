import { randomBytes } from 'node:crypto'
import { hashSecret } from '../model/secret.ts'
import type { Store } from '../store/index.ts'
import {
  allSecondFactors,
  replaceRecoveryCodes,
  rewriteSecondFactor,
  type SecondFactor,
  takeRecoveryCode,
} from '../store/second-factors.ts'
import type { Passwords } from './passwords.ts'

/** Sheets of paper hold ten. */
const CODES = 10
/** Without letters that look like others; ten of 31 are 49 bits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const LENGTH = 10
const TYPED = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`)
const SALT_BYTES = 16
/** As they were kept before: SHA-256 alone, which 49 bits do not withstand. */
const FORMER = /^[0-9a-f]{64}$/

/** Codes on paper for the day that the second factor is lost. They are kept as passwords are, a person's with one salt. */
export class RecoveryCodes {
  readonly #store: Store
  readonly #passwords: Passwords

  constructor(store: Store, passwords: Passwords) {
    this.#store = store
    this.#passwords = passwords
  }

  /** Keeps those of before as the new ones are kept. Call once, before any other. */
  async begin(): Promise<void> {
    const former = (await allSecondFactors(this.#store.reader, 'recovery')).filter(({ secret }) => FORMER.test(secret))
    for (const [, codes] of Map.groupBy(former, ({ user_id }) => user_id)) {
      const salt = randomBytes(SALT_BYTES)
      for (const code of codes)
        await rewriteSecondFactor(this.#store.db, code, await this.#passwords.slow(code.secret, salt))
    }
  }

  /** New ones, in place of all before: the only time that they are shown. */
  async renew(user: number, now: number): Promise<string[]> {
    const codes = Array.from({ length: CODES }, newCode)
    const salt = randomBytes(SALT_BYTES)
    const kept = await Promise.all(codes.map((code) => this.#passwords.slow(hashSecret(code), salt)))
    await this.#store.transaction((tx) => replaceRecoveryCodes(tx, user, kept, now))
    return codes.map((code) => `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`)
  }

  /** Uses one up. @returns whether it was one of the person's. @param typed in small letters, without blanks and dashes */
  async use(user: number, factors: readonly SecondFactor[], typed: string): Promise<boolean> {
    if (!TYPED.test(typed)) return false
    const salts = new Set(factors.flatMap(({ kind, secret }) => (kind === 'recovery' ? (saltOf(secret) ?? []) : [])))
    for (const salt of salts) {
      const kept = await this.#passwords.slow(hashSecret(typed), Buffer.from(salt, 'base64'))
      if (await takeRecoveryCode(this.#store.db, user, kept)) return true
    }
    return false
  }

  /** Ends all of them. */
  async end(user: number, now: number): Promise<void> {
    await this.#store.transaction((tx) => replaceRecoveryCodes(tx, user, [], now))
  }
}

/** Of `$argon2id$v=19$m=...$salt$hash`. */
function saltOf(kept: string): string | undefined {
  return kept.startsWith('$argon2id$') ? kept.split('$')[4] : undefined
}

/** Each letter is drawn evenly: bytes beyond the last whole alphabet are thrown away. */
function newCode(): string {
  let code = ''
  while (code.length < LENGTH)
    for (const byte of randomBytes(LENGTH)) {
      if (code.length === LENGTH) break
      if (byte < 256 - (256 % ALPHABET.length)) code += ALPHABET.charAt(byte % ALPHABET.length)
    }
  return code
}
