import { randomUUID } from 'node:crypto'
import type { ClientRequest, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Clock } from '@pumphandle/shared/clock'
import { Rounds } from '@pumphandle/shared/rounds'
import { SECOND } from '@pumphandle/shared/time'
import { headersFor, unavailable } from '../gateway/process/forward.ts'
import { readBrain } from '../store/cluster/brain.ts'
import type { Store } from '../store/index.ts'
import { askBrain } from './ask-brain.ts'

/** How often it is looked which brain is the active one. */
const LOOK_EVERY_MS = SECOND
/** A brain is taken over from within ten seconds, and a large fleet's pages are there some seconds later. */
const PATIENCE_MS = 20 * SECOND
/** Until a request is tried again that found no brain. */
const AGAIN_MS = 250
/** Requests are kept up to this size, the API's own bound for JSON; larger ones are handed on as they come, once. */
const MAX_KEPT_BYTES = 512 * 1024
/** So many at once: 100 MB at most. */
const MAX_KEPT = 200
const READS = new Set(['GET', 'HEAD'])

export interface ToBrainOptions {
  readonly store: Store
  readonly clock: Clock
  readonly isSecure: boolean
  readonly trustProxy: boolean
}

/**
 * Hands pages' and tools' requests to the active brain. It keeps nothing that an answer was given to: any edge or serve may
 * answer any request, and a live stream that broke goes on through another one, from where it was. What a brain had no time
 * to answer is asked of the one after it. A write is carried out once all the same: it has a key, under which the database
 * knows that it was begun before anything is done, and what came of it.
 */
export class ToBrain {
  readonly #options: ToBrainOptions
  readonly #looks: Rounds
  readonly #open = new Set<ClientRequest>()
  readonly listener: RequestListener = (request, response) => void this.#hand(request, response)
  #holder = ''
  #url: URL | undefined
  #kept = 0
  #isClosed = false

  constructor(options: ToBrainOptions) {
    this.#options = options
    this.#looks = new Rounds({ clock: options.clock, everyMs: LOOK_EVERY_MS, run: () => this.#look() })
    void this.#looks.run()
  }

  /** Whether an active brain is known. */
  get isKnown(): boolean {
    return this.#url !== undefined
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#looks.close()
    this.#letGo()
  }

  async #hand(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = headersFor(request, this.#options)
    const length = Number(request.headers['content-length'] ?? 0)
    const isKept =
      request.headers['transfer-encoding'] === undefined && length <= MAX_KEPT_BYTES && this.#kept < MAX_KEPT
    this.#kept += isKept ? 1 : 0
    try {
      const body = isKept ? await buffer(request) : undefined
      const mayRepeat = isKept && isRepeatable(request)
      if (mayRepeat && !READS.has(request.method ?? '')) headers['idempotency-key'] ??= `serve:${randomUUID()}`
      const { clock } = this.#options
      for (const until = clock.now() + PATIENCE_MS; !response.destroyed; await this.#wait()) {
        const outcome = this.#url
          ? await askBrain(this.#url, { request, response, headers, body }, (upstream) => this.#asked(upstream))
          : 'unknown'
        if (outcome === 'answered') return
        const mayGoOn = outcome === 'unknown' || (outcome === 'unsent' ? isKept : mayRepeat)
        if (!mayGoOn || this.#isClosed || clock.now() >= until) return unavailable(response)
      }
    } catch {
      // whoever asked has gone before it was all there
      response.destroy()
    } finally {
      this.#kept -= isKept ? 1 : 0
    }
  }

  #asked(upstream: ClientRequest): void {
    this.#open.add(upstream)
    upstream.once('close', () => this.#open.delete(upstream))
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(AGAIN_MS, resolve))
  }

  async #look(): Promise<void> {
    try {
      const { holder, address } = await readBrain(this.#options.store.reader)
      if (holder === this.#holder) return
      this.#holder = holder
      this.#url = holder === '' ? undefined : new URL(address)
      // one that stands still would keep its requests and streams open and silent
      this.#letGo()
    } catch {
      // what fails is known to the store; the brain that is known may answer all the same
    }
  }

  #letGo(): void {
    for (const request of this.#open) request.destroy()
    this.#open.clear()
  }
}

/** A read, or a write that is known by its key: of those who signed in, by the API. */
function isRepeatable({ method = 'GET', url = '', headers }: IncomingMessage): boolean {
  if (READS.has(method)) return true
  return url.startsWith('/api/v1/') && (headers.authorization !== undefined || headers.cookie !== undefined)
}
