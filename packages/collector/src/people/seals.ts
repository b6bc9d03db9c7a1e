import type { CollectorHealth } from '@pumphandle/shared/api'
import { Refusal } from '../model/refusal.ts'
import { isSealed, type Sealer } from '../model/sealed.ts'
import type { Store } from '../store/index.ts'
import { allSecondFactors, rewriteSecondFactor, type SecondFactor } from '../store/second-factors.ts'

/** Secrets of authenticator apps as they lie in the database: sealed, each for the person whose it is. */
export class Seals {
  readonly #store: Store
  readonly #sealer: Sealer
  #shut = 0

  constructor(store: Store, sealer: Sealer) {
    this.#store = store
    this.#sealer = sealer
  }

  /** Some cannot be opened: the key is not here that sealed them. */
  get problem(): CollectorHealth['problems'][number] | undefined {
    if (this.#shut === 0) return undefined
    const of = this.#shut === 1 ? 'one authenticator app' : `${this.#shut} authenticator apps`
    return {
      code: 'seal-key',
      title: `The key that sealed the secrets of ${of} is not here: put back the file seal.key (docs/operations/backup.md). Until then recovery codes and passkeys do it.`,
      severity: 'warning',
    }
  }

  /** @throws Refusal where there is no key to seal with */
  seal(user: number, secret: string): string {
    if (this.#sealer.isReady) return this.#sealer.seal(secret, aboutOf(user))
    throw new Refusal(
      'unavailable',
      'No key',
      'The file seal.key of this collector is not there, so that nothing can be sealed. Ask who keeps the collector, or use a passkey.',
    )
  }

  /** The secret; undefined where it cannot be opened. */
  open({ user_id, secret }: SecondFactor): string | undefined {
    if (isSealed(secret)) return this.#sealer.open(secret, aboutOf(user_id))
    // once there is a key, none lies open: one that does was put there past the collector
    return this.#sealer.isReady ? undefined : secret
  }

  /** Seals what lies open, or was sealed by an older key, and counts what cannot be opened. Call once, before any other. */
  async begin(): Promise<void> {
    this.#shut = 0
    for (const factor of await allSecondFactors(this.#store.db, 'totp')) {
      const secret = isSealed(factor.secret) ? this.open(factor) : factor.secret
      if (secret === undefined) this.#shut++
      else if (this.#sealer.isReady && !this.#sealer.isNewest(factor.secret))
        await rewriteSecondFactor(this.#store.db, factor, this.#sealer.seal(secret, aboutOf(factor.user_id)))
    }
  }
}

const aboutOf = (user: number) => `totp of user ${user}`
