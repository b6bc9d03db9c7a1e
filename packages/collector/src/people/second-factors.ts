import { randomBytes } from 'node:crypto'
import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import { Secret, TOTP } from 'otpauth'
import { Refusal } from '../model/refusal.ts'
import type { Store } from '../store/index.ts'
import {
  deleteSecondFactor,
  insertSecondFactor,
  type SecondFactor,
  secondFactorsOf,
  useSecondFactor,
} from '../store/second-factors.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { Seals } from './seals.ts'

/** RFC 6238 with what every authenticator app takes: SHA-1, six digits, 30 seconds. */
const STEP_SECONDS = 30
/** A code of the step before or after is taken: telephones' clocks differ by seconds. */
const WINDOW = 1
/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20
/** A code is typed off a telephone within minutes. */
const BEGUN_MS = 10 * MINUTE
/** People who set one up at once. */
const MOST_BEGUN = 1_000
/** A telephone, a tablet, two keys, and some that were forgotten. */
const MOST_FACTORS = 10

/** Codes of an authenticator app, and those on paper for the day that it is lost. */
export class SecondFactors {
  readonly #store: Store
  readonly #clock: Pick<Clock, 'now'>
  readonly #seals: Seals
  readonly #codes: RecoveryCodes
  readonly #begun = new Map<number, { readonly secret: string; readonly at: number }>()

  constructor(store: Store, clock: Pick<Clock, 'now'>, seals: Seals, codes: RecoveryCodes) {
    this.#store = store
    this.#clock = clock
    this.#seals = seals
    this.#codes = codes
  }

  /** A secret for an authenticator app, which counts once a code of it was given. */
  begin(user: number, email: string): { secret: string; uri: string } {
    const secret = new Secret({ buffer: Uint8Array.from(randomBytes(SECRET_BYTES)).buffer }).base32
    this.#begun.delete(user)
    this.#begun.set(user, { secret, at: this.#clock.now() })
    if (this.#begun.size > MOST_BEGUN) this.#begun.delete(this.#begun.keys().next().value ?? 0)
    return { secret, uri: totp(secret, email).toString() }
  }

  /** @throws Refusal where nothing was begun, or the code is of another secret */
  async confirm(user: number, code: string): Promise<void> {
    await checkRoom(this.#store, user)
    const now = this.#clock.now()
    const begun = this.#begun.get(user)
    if (!begun || now - begun.at > BEGUN_MS)
      throw new Refusal('conflict', 'Too late', 'This took more than ten minutes. Begin again.')
    const step = stepOf(begun.secret, code, now)
    if (step === undefined)
      throw new Refusal(
        'malformed',
        'Wrong code',
        'This is not the code that the app shows now. Look at the clock of your telephone.',
      )
    // before anything else waits: two answers at once would make two of one secret, and each code good twice
    this.#begun.delete(user)
    await insertSecondFactor(this.#store.db, {
      user_id: user,
      kind: 'totp',
      name: 'Authenticator app',
      secret: this.#seals.seal(user, begun.secret),
      counter: step,
      created_at: now,
      last_used_at: null,
    })
  }

  /** How a right code proves: of an app, each once, or one of those on paper, which is used up. Undefined: it is not right. */
  async meansOf(
    user: number,
    factors: readonly SecondFactor[],
    code: string,
  ): Promise<'app' | 'recovery code' | undefined> {
    const now = this.#clock.now()
    const typed = code.toLowerCase().replaceAll(/[\s-]/g, '')
    for (const factor of factors) {
      const secret = factor.kind === 'totp' && /^\d{6}$/.test(typed) && this.#seals.open(factor)
      const step = secret ? stepOf(secret, typed, now) : undefined
      if (step !== undefined && (await useSecondFactor(this.#store.db, factor.id, step, now))) return 'app'
    }
    return (await this.#codes.use(user, factors, typed)) ? 'recovery code' : undefined
  }

  /** New codes for paper; those before are void. */
  newRecoveryCodes(user: number): Promise<string[]> {
    return this.#codes.renew(user, this.#clock.now())
  }

  /** The last one takes the codes on paper with it. @returns whether the person had it */
  async remove(user: number, id: number): Promise<boolean> {
    if (!(await deleteSecondFactor(this.#store.db, user, id))) return false
    const left = await secondFactorsOf(this.#store.db, user)
    if (left.every((factor) => factor.kind === 'recovery')) await this.#codes.end(user, this.#clock.now())
    return true
  }
}

/** @throws Refusal 409 for one more than a person has */
export async function checkRoom(store: Store, user: number): Promise<void> {
  const own = (await secondFactorsOf(store.db, user)).filter((factor) => factor.kind !== 'recovery')
  if (own.length >= MOST_FACTORS)
    throw new Refusal('conflict', 'Too many', `A person has ${MOST_FACTORS} at most. Remove one that you do not use.`)
}

function totp(secret: string, email: string): TOTP {
  return new TOTP({ issuer: 'Pumphandle', label: email, secret: Secret.fromBase32(secret), period: STEP_SECONDS })
}

/** The step that a code is of; undefined where it is of none about now. */
function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const delta = totp(secret, '').validate({ token: code, timestamp: now, window: WINDOW })
  return delta === null ? undefined : Math.floor(now / 1000 / STEP_SECONDS) + delta
}
