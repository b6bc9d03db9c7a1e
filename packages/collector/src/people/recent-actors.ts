import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Actor } from './actor.ts'

/** Whoever was known so lately is believed while the database cannot be asked: an outage of the server, and its repair. */
const BELIEVED_MS = 15 * MINUTE
/** People and programs of a region that read at once. */
const MOST = 1_000

/**
 * Who asked lately. The page must be readable while the database is away, to say that it is; what somebody else ended in
 * that time cannot be known, and nothing can be changed either.
 */
export class RecentActors {
  readonly #clock: Clock
  readonly #known = new Map<string, { readonly actor: Actor; readonly at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param hash of the secret that proved it */
  remember(hash: string, actor: Actor): void {
    this.#known.delete(hash)
    this.#known.set(hash, { actor, at: this.#clock.now() })
    if (this.#known.size > MOST) for (const oldest of this.#known.keys()) return void this.#known.delete(oldest)
  }

  forget(hash: string): void {
    this.#known.delete(hash)
  }

  recall(hash: string): Actor | undefined {
    const known = this.#known.get(hash)
    return known && this.#clock.now() - known.at < BELIEVED_MS ? known.actor : undefined
  }
}
