import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { newPrivateKey } from '../commons/index.ts'
import { isSealed, type Sealer } from '../model/sealed.ts'
import { newSecret } from '../model/secret.ts'
import type { Store } from '../store/index.ts'
import { keepKey, keptKey, rewriteKey } from '../store/own-keys.ts'

/** Keys by which this organisation is known, and how a new one is made. */
const MAKES = { linkKey: newSecret, commonsKey: newPrivateKey } as const
type Name = keyof typeof MAKES
const NAMES = Object.keys(MAKES) as Name[]

/** What signs links and reports to a commons, as it lies in the database: sealed, each for its purpose. */
export class OwnKeys {
  readonly #store: Store
  readonly #clock: Pick<Clock, 'now'>
  readonly #sealer: Sealer
  readonly #mayLieOpen: boolean
  readonly #open = new Map<Name, Promise<string>>()
  readonly #shut = new Set<Name>()

  /** @param options.mayLieOpen as of channels: a cluster's brains that nobody gave one key */
  constructor(store: Store, clock: Pick<Clock, 'now'>, sealer: Sealer, { mayLieOpen = false } = {}) {
    this.#store = store
    this.#clock = clock
    this.#sealer = sealer
    this.#mayLieOpen = mayLieOpen
  }

  /** Some cannot be opened: the key is not here that sealed them. */
  get problem(): CollectorHealth['problems'][number] | undefined {
    if (this.#shut.size === 0) return undefined
    const what = this.#shut.has('linkKey')
      ? 'links in messages and cards of before open nothing'
      : 'the commons takes no reports'
    return {
      code: 'seal-key-own',
      title: `The key that sealed what this collector signs with is not here, so that ${what}: put back the file seal.key (docs/operations/backup.md).`,
      severity: 'warning',
    }
  }

  /** What links in messages and practices' cards are signed with. */
  async link(): Promise<string> {
    // as it was kept at first, quotation marks and all: links and cards of before are good
    return JSON.stringify(await this.#get('linkKey'))
  }

  /** What reports to a commons are signed with: PKCS #8, base64url. */
  commons(): Promise<string> {
    return this.#get('commonsKey')
  }

  /** Seals what lies open, or was sealed by an older key, and tells what cannot be opened. Call once, before any other. */
  async begin(): Promise<void> {
    for (const name of NAMES) if ((await keptKey(this.#store.db, name)) !== undefined) await this.#get(name)
  }

  #get(name: Name): Promise<string> {
    let key = this.#open.get(name)
    if (!key) {
      key = this.#read(name)
      this.#open.set(name, key)
      // a database that is away is asked again
      key.catch(() => this.#open.delete(name))
    }
    return key
  }

  async #read(name: Name): Promise<string> {
    const { db } = this.#store
    const now = this.#clock.now()
    const kept = (await keptKey(db, name)) ?? (await keepKey(db, name, this.#sealed(name, MAKES[name]()), now))
    const key = isSealed(kept) ? this.#sealer.open(kept, aboutOf(name)) : kept
    if (key === undefined) {
      this.#shut.add(name)
      // good until the next start, so that messages of today have their links; the kept one stays for when its key is back
      return MAKES[name]()
    }
    const sealed = this.#sealed(name, key)
    if (isSealed(sealed) && !this.#sealer.isNewest(kept)) await rewriteKey(db, name, sealed, now)
    return key
  }

  #sealed(name: Name, key: string): string {
    return this.#sealer.isReady && !this.#mayLieOpen ? this.#sealer.seal(key, aboutOf(name)) : key
  }
}

const aboutOf = (name: Name) => `own key ${name}`
