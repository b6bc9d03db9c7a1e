import type { AgentEvent } from '@pumphandle/shared/wire'
import type { Entry } from '../faults/ledger.ts'
import { type Identity, WireClient } from '../support/wire-client.ts'

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
/** Between a connection that was refused and the next. */
const AGAIN_MS = 500

/** A machine that says something now and then, and notes how long its ack took. */
export class Honest {
  readonly entry: Entry
  /** Milliseconds from frame to ack, of the frames since this was last emptied. */
  took: number[] = []
  readonly #url: string
  readonly #identity: Identity
  readonly #everyMs: number
  #isGoing = true
  readonly #ended: Promise<void>

  constructor(url: string, identity: Identity, everyMs: number) {
    this.#url = url
    this.#identity = identity
    this.#everyMs = everyMs
    this.entry = { uid: identity.machine, sent: [], acked: new Set() }
    this.#ended = this.#live()
  }

  /** Sends nothing new any more; resolves when everything is acknowledged. */
  async end(): Promise<void> {
    this.#isGoing = false
    await this.#ended
  }

  async #live(): Promise<void> {
    await pause(Math.random() * this.#everyMs)
    while (this.#isGoing || this.entry.acked.size < this.entry.sent.length) {
      try {
        await this.#connected()
      } catch {
        await pause(AGAIN_MS)
      }
    }
  }

  async #connected(): Promise<void> {
    const { sent, acked } = this.entry
    const client = await WireClient.connect(this.#url, this.#identity)
    for (let batch = 1; this.#isGoing || acked.size < sent.length; batch++) {
      const waiting = sent.filter((event) => !acked.has(event.id)).slice(0, 50)
      if (waiting.length === 0) waiting.push(this.#news())
      const at = performance.now()
      await client.deliver(batch, waiting)
      this.took.push(performance.now() - at)
      for (const event of waiting) acked.add(event.id)
      if (this.#isGoing) await pause(this.#everyMs)
    }
    await client.close()
  }

  #news(): AgentEvent {
    const event: AgentEvent = { id: `v-${this.entry.sent.length}`, at: Date.now(), type: 'vitals', uptimeSeconds: 1 }
    this.entry.sent.push(event)
    return event
  }
}
