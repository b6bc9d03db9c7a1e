import type { Random } from '@pumphandle/shared/random'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { type Identity, WireClient } from '../support/wire-client.ts'
import type { Entry } from './ledger.ts'

/** Events of one frame, at most. */
const MOST_EVENTS = 5
/** Between a broken connection and the next try, and between two frames. */
const AGAIN_MS = 100
const PACE_MS = 10
/** A connection that answers nothing for so long is given up, as an agent's own network would. */
const PATIENCE_MS = 4_000

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** A machine that goes on whatever happens: what has no ack is sent again, some of it twice, some in another order. */
export class FaultyAgent {
  readonly entry: Entry
  readonly #identity: Identity
  readonly #random: Random
  readonly #url: () => string
  #client: WireClient | undefined
  #going = true
  #isStopped = false
  #ended: Promise<void>

  /** @param url where the collector is now: each start takes another port */
  constructor(identity: Identity, random: Random, url: () => string) {
    this.#identity = identity
    this.#random = random
    this.#url = url
    this.entry = { uid: identity.machine, sent: [], acked: new Set() }
    this.#ended = this.#live()
  }

  /** Resolves when something of it was acknowledged: before that there is nothing that could be lost. */
  async begun(): Promise<void> {
    while (!this.#isStopped && this.entry.acked.size === 0) await pause(AGAIN_MS)
  }

  /** The line breaks, in the middle of a frame or between two. */
  cut(): void {
    const socket = (this.#client?.socket as unknown as { _socket?: { write(data: Buffer): void; destroy(): void } })
      ?._socket
    // the head of a frame whose body never comes
    if (this.#random.chance(0.5)) socket?.write(Buffer.from([0x81, 0xfe, 0x01]))
    socket?.destroy()
  }

  /** Sends nothing new any more; resolves when everything that was sent is acknowledged. */
  async end(): Promise<void> {
    this.#going = false
    await this.#ended
  }

  /** Gives up. */
  stop(): void {
    this.#isStopped = true
    this.#client?.socket.terminate()
  }

  async #live(): Promise<void> {
    while (!this.#isStopped && (this.#going || this.entry.acked.size < this.entry.sent.length)) {
      try {
        await this.#connected()
      } catch {
        // refused, cut or gone: it comes back
      }
      this.#client?.socket.terminate()
      await pause(AGAIN_MS)
    }
  }

  async #connected(): Promise<void> {
    const { sent, acked } = this.entry
    const client = await within(WireClient.connect(this.#url(), this.#identity))
    this.#client = client
    for (let batch = 1; this.#going || acked.size < sent.length; batch++) {
      const waiting = sent.filter((event) => !acked.has(event.id)).slice(0, MOST_EVENTS)
      while (this.#going && waiting.length < 1 + this.#random.below(MOST_EVENTS)) waiting.push(this.#news())
      // the same event twice in a frame, and the newest first
      if (this.#random.chance(0.1) && waiting[0]) waiting.push(waiting[0])
      if (this.#random.chance(0.2)) waiting.reverse()
      await within(client.deliver(batch, waiting))
      for (const event of waiting) acked.add(event.id)
      await pause(PACE_MS)
    }
    await client.close()
  }

  #news(): AgentEvent {
    const event: AgentEvent = {
      id: `e-${this.entry.sent.length}`,
      at: Date.now(),
      type: 'crash',
      kind: 'bugcheck',
      stopCode: '0x50',
    }
    this.entry.sent.push(event)
    return event
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  const late = pause(PATIENCE_MS).then(() => {
    throw new Error('no answer')
  })
  late.catch(() => undefined)
  return Promise.race([work, late])
}
