import type { CollectorHealth } from '@pumphandle/shared/api'
import type { ChannelOptions } from '../../model/channel-options.ts'
import { Refusal } from '../../model/refusal.ts'
import { isSealed, type Sealer } from '../../model/sealed.ts'
import { type Channel, insertChannel, listChannels, optionsOf, updateChannel } from '../../store/channels.ts'
import type { Db, Store } from '../../store/index.ts'

/** What of a channel is nobody's business: its address, in which a service's key may stand, and its secret. */
export interface ChannelKeys {
  readonly url: string
  readonly secret: string
}

/** What is set of a channel, as it is said. */
export interface ChannelFields extends Pick<Channel, 'name' | 'kind' | 'url' | 'enabled'> {
  readonly options: ChannelOptions
}

/** Addresses and secrets of channels as they lie in the database: sealed, each for its channel. */
export class ChannelSeals {
  readonly #store: Store
  readonly #sealer: Sealer
  readonly #mayLieOpen: boolean
  #shut = 0

  /**
   * @param options.mayLieOpen nothing is sealed, and what lies open is taken: brains of a cluster that nobody gave one key would
   *   tell nobody of anything after a takeover
   */
  constructor(store: Store, sealer: Sealer, { mayLieOpen = false } = {}) {
    this.#store = store
    this.#sealer = sealer
    this.#mayLieOpen = mayLieOpen
  }

  /** Some cannot be opened: the key is not here that sealed them. */
  get problem(): CollectorHealth['problems'][number] | undefined {
    if (this.#shut === 0) return undefined
    const of = this.#shut === 1 ? 'one channel' : `${this.#shut} channels`
    return {
      code: 'seal-key-channels',
      title: `The key that sealed the address of ${of} is not here, so that nobody is told there: put back the file seal.key (docs/operations/backup.md), or give the addresses anew.`,
      severity: 'error',
    }
  }

  /** Undefined where they cannot be opened. */
  open(channel: Channel): ChannelKeys | undefined {
    const url = this.#opened(channel.url, urlOf(channel.id))
    const { secret } = optionsOf(channel)
    const opened = secret === '' ? secret : this.#opened(secret, secretOf(channel.id))
    return url === undefined || opened === undefined ? undefined : { url, secret: opened }
  }

  /** @throws Refusal where there is no key to seal with */
  add(row: ChannelFields): Promise<Channel> {
    this.#check()
    return this.#store.transaction(async (tx) => {
      // what it is sealed for is its number
      const { id } = await insertChannel(tx, { ...row, url: '', options: JSON.stringify({}) })
      return await this.#put(tx, id, row)
    })
  }

  /**
   * @returns undefined where it is gone
   * @throws Refusal where there is no key to seal with
   */
  change(id: number, row: ChannelFields): Promise<Channel | undefined> {
    this.#check()
    return updateChannel(this.#store.db, id, this.#sealed(id, row))
  }

  /** Seals what lies open, or was sealed by an older key, and counts what cannot be opened. Call once, before any other. */
  async begin(): Promise<void> {
    this.#shut = 0
    for (const channel of await listChannels(this.#store.db)) {
      const { secret } = optionsOf(channel)
      const keys = isSealed(channel.url) ? this.open(channel) : { url: channel.url, secret }
      if (keys === undefined) this.#shut++
      else if (this.#sealer.isReady && !this.#mayLieOpen && !this.#sealer.isNewest(channel.url))
        await updateChannel(this.#store.db, channel.id, this.#sealed(channel.id, rowWith(channel, keys)))
    }
  }

  async #put(tx: Db, id: number, row: ChannelFields): Promise<Channel> {
    const channel = await updateChannel(tx, id, this.#sealed(id, row))
    if (!channel) throw new Error(`channel ${id} is gone in the transaction that made it`)
    return channel
  }

  #sealed(id: number, { options, ...row }: ChannelFields) {
    if (this.#mayLieOpen) return { ...row, options: JSON.stringify(options) }
    const { secret, ...others } = options
    const sealed = secret === '' ? secret : this.#sealer.seal(secret, secretOf(id))
    return {
      ...row,
      url: this.#sealer.seal(row.url, urlOf(id)),
      options: JSON.stringify({ ...others, secret: sealed } satisfies ChannelOptions),
    }
  }

  #opened(text: string, about: string): string | undefined {
    if (isSealed(text)) return this.#sealer.open(text, about)
    // once there is a key, none lies open: one that does was put there past the collector
    return this.#sealer.isReady && !this.#mayLieOpen ? undefined : text
  }

  #check(): void {
    if (this.#sealer.isReady || this.#mayLieOpen) return
    throw new Refusal(
      'unavailable',
      'No key',
      'The file seal.key of this collector is not there, so that nothing can be sealed. Ask who keeps the collector.',
    )
  }
}

const urlOf = (id: number) => `address of channel ${id}`
const secretOf = (id: number) => `secret of channel ${id}`

function rowWith(channel: Channel, { url, secret }: ChannelKeys): ChannelFields {
  const { name, kind, enabled } = channel
  return { name, kind, enabled, url, options: { ...optionsOf(channel), secret } }
}
