import { type Algorithm, hash, type Options, verify } from '@node-rs/argon2'
import { QueueFull, Serial } from '@pumphandle/shared/flow'
import { Refusal } from '../model/refusal.ts'
import { checkStrength, loadKnown } from './password-strength.ts'

/** @node-rs/argon2 declares its Algorithm as a const enum, which has no value once types are stripped: 2 is Argon2id. */
const ARGON2ID = 2 as Algorithm

/**
 * Argon2id with the least that OWASP's Password Storage Cheat Sheet allows (19 MiB, 2 passes, 1 lane): about 30 ms here.
 * The parameters stand in each hash, so that raising them later leaves old hashes readable.
 */
const PARAMETERS: Options = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes computed at once: each takes a thread of the pool that also serves files and DNS. */
const AT_ONCE = 2
/** Sign-ins that wait for their turn; more are told to come back, or a flood of them would take all memory. */
const WAITING = 50

/** Hashes and checks passwords, a bounded number at a time. */
export class Passwords {
  readonly #turns = new Serial({ atOnce: AT_ONCE, maxWaiting: WAITING })
  #decoy: Promise<string> | undefined
  #known: ReturnType<typeof loadKnown> | undefined

  /**
   * How a new password is kept.
   * @param about whose it is: names and addresses
   * @throws Refusal 400 for one that would be guessed
   */
  async set(password: string, about: readonly string[]): Promise<string> {
    this.#known ??= loadKnown()
    const known = this.#known
    await this.#inTurn(() => checkStrength(password, about, known))
    return this.#inTurn(() => hash(password, PARAMETERS))
  }

  /**
   * Whether the password belongs to the hash. Without a hash (no such person, or no password yet) it takes as long as
   * with one and answers no, so that the time does not tell who has an account.
   */
  async matches(password: string, stored: string | null): Promise<boolean> {
    this.#decoy ??= hash('nobody has this password', PARAMETERS)
    const against = stored ?? (await this.#decoy)
    const right = await this.#inTurn(() => verify(against, password))
    return right && stored !== null
  }

  /** How a secret that people type is kept, so that the same salt gives the same text again. @param salt 16 random bytes */
  slow(secret: string, salt: Uint8Array): Promise<string> {
    return this.#inTurn(() => hash(secret, { ...PARAMETERS, salt }))
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#turns.run(work)
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error
      throw new Refusal(
        'unavailable',
        'Too many sign-ins',
        'Too many people sign in at once. Try again in a few seconds.',
        {
          retryAfterSeconds: 5,
        },
      )
    }
  }
}
