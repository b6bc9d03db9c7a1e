import { randomBytes } from 'node:crypto'
import { MINUTE } from '@pumphandle/shared/time'
import { signedText, signText } from '../model/signed-text.ts'
import { GroupCommit } from '../store/group-commit.ts'

/** From the answer that holds it to the upgrade that is signed over it: over the slowest line, seconds. */
const GOOD_FOR_MS = MINUTE
const RANDOM_BYTES = 12
const PURPOSE = 'nonce'
/** Nonces that were used and are still fresh: a fleet of 100,000 that all come in one minute, and far more. */
const MAX_USED = 1_000_000
/** Nonces that are used up in one statement. */
const MAX_PER_COMMIT = 500

export interface NoncesOptions {
  /** The same in every process of this collector, and known to nobody else. */
  readonly key: () => Promise<string>
  /**
   * Where others take the same nonces: uses them up for all.
   * @returns those that nobody had used
   */
  readonly useUp?: ((nonces: readonly string[]) => Promise<ReadonlySet<string>>) | undefined
}

/**
 * What machines sign whose TLS does not end here. Giving one out keeps nothing, so that strangers may ask for as many as
 * they like; one is remembered when it was used, so that what was seen on the wire is worth nothing a second time, at no edge
 * of a cluster.
 */
export class Nonces {
  readonly #askKey: () => Promise<string>
  readonly #ofAll: GroupCommit<string, boolean> | undefined
  #known: string | undefined
  /** When each is forgotten, in the order of their use. */
  readonly #used = new Map<string, number>()

  constructor({ key, useUp }: NoncesOptions) {
    this.#askKey = key
    this.#ofAll =
      useUp &&
      new GroupCommit({
        maxWeight: MAX_PER_COMMIT,
        async commit(nonces) {
          const fresh = await useUp(nonces)
          return nonces.map((nonce) => fresh.has(nonce))
        },
      })
  }

  async #key(): Promise<string> {
    return (this.#known ??= await this.#askKey())
  }

  async issue(now: number): Promise<string> {
    const said = `${(now + GOOD_FOR_MS).toString(36)}.${randomBytes(RANDOM_BYTES).toString('base64url')}`
    return signText(await this.#key(), PURPOSE, said)
  }

  /** Whether it is ours, fresh and unused. {@link spend} it once the signature over it is found right. */
  async isGood(nonce: string, now: number): Promise<boolean> {
    const said = signedText(await this.#key(), PURPOSE, nonce)
    const [, until] = /^([0-9a-z]{1,12})\.[\w-]{16}$/.exec(said ?? '') ?? []
    const left = until === undefined ? 0 : Number.parseInt(until, 36) - now
    // one that is good for longer, clocks of edges set aside, was made by somebody who has the key and nothing else
    return left > 0 && left <= 2 * GOOD_FOR_MS && !this.#used.has(nonce)
  }

  /** False where it was used meanwhile. @throws (rejects) where others cannot be asked whether it was */
  async spend(nonce: string, now: number): Promise<boolean> {
    for (const [old, until] of this.#used) {
      if (until > now) break
      this.#used.delete(old)
    }
    if (this.#used.has(nonce) || this.#used.size >= MAX_USED) return false
    // two minutes at most, by a clock that is behind
    this.#used.set(nonce, now + 2 * GOOD_FOR_MS)
    return this.#ofAll ? this.#ofAll.add(nonce) : true
  }
}
