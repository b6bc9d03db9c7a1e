import type pg from 'pg'
import { clientOf, serversOf } from '../servers/hosts.ts'

const CONNECT_WITHIN_MS = 5_000

/**
 * Hears that something was committed, within a millisecond or two. A bell may be missed, while its connection is made
 * again: whoever waits for one looks by itself now and then.
 */
export class Bell {
  readonly #Client: typeof pg.Client
  readonly #channel: string
  readonly #onRing: () => void
  #client: pg.Client | undefined
  #isEnding = false

  /** @param channel letters, digits and underscores */
  constructor(url: string, channel: string, onRing: () => void) {
    this.#Client = clientOf(serversOf(url))
    this.#channel = channel
    this.#onRing = onRing
  }

  /** Connects, where there is no connection. Call every second or so; never throws. */
  async listen(): Promise<void> {
    if (this.#client || this.#isEnding) return
    const client = new this.#Client({ connectionTimeoutMillis: CONNECT_WITHIN_MS, keepAlive: true })
    this.#client = client
    const gone = () => {
      if (this.#client === client) this.#client = undefined
    }
    client.on('error', gone)
    client.on('end', gone)
    client.on('notification', this.#onRing)
    try {
      await client.connect()
      await client.query(`listen ${this.#channel}`)
      this.#onRing()
    } catch {
      gone()
      await client.end().catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    this.#isEnding = true
    await this.#client?.end().catch(() => undefined)
  }
}
