import type { LiveMessage } from '../api/live.ts'
import { Backoff } from '../flow/backoff.ts'
import type { Clock } from '../flow/clock.ts'
import { addressOf } from './address.ts'
import { readEventStream } from './event-stream.ts'
import { ApiProblem, problemOf } from './problem.ts'

/** `lost` until it is back; `refused` for good: the session or token is no longer valid. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'refused'

export interface LiveOptions {
  readonly clock: Clock
  readonly onMessage: (message: LiveMessage) => void
  readonly onState?: (state: LinkState, problem: Error | null) => void
  readonly url?: string
  readonly token?: string
  readonly fetch?: typeof fetch
}

/** The collector sends a comment every 15 s; three of them missed is a dead line that nobody closed. */
const SILENCE_MS = 50_000
/** Half to all of a step is waited, so that a thousand pages do not come back in the same instant. */
const RETRY = { firstMs: 500, mostMs: 15_000, leastShare: 0.5, random: Math.random } as const

/**
 * Follows GET /api/v1/live until the answer is called: reconnects by itself and resumes after the last message it had.
 * A `reset` message says that too much was missed: read everything again.
 */
export function openLive(options: LiveOptions): () => void {
  const { clock, onMessage, onState = () => undefined } = options
  const send = options.fetch ?? fetch
  const address = `${(options.url ?? '').replace(/\/+$/, '')}${addressOf('live')}`
  let lastId: string | undefined
  const backoff = new Backoff(RETRY)
  let ended = false
  let abort = new AbortController()
  let cancelTimer = (): void => undefined

  async function follow(): Promise<void> {
    onState('connecting', null)
    const mine = new AbortController()
    abort = mine
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`
    if (lastId !== undefined) headers['last-event-id'] = lastId
    const response = await send(address, { headers, credentials: 'same-origin', signal: mine.signal })
    if (!response.ok || !response.body) throw new ApiProblem(await problemOf(response))
    backoff.reset()
    onState('live', null)
    const watched = response.body.pipeThrough(heardWithin(clock, SILENCE_MS, () => mine.abort()))
    for await (const event of readEventStream(watched)) {
      if (event.id !== undefined) lastId = event.id
      onMessage(JSON.parse(event.data) as LiveMessage)
    }
  }

  function run(): void {
    follow()
      .then(() => null)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
      .then((error) => {
        if (ended) return
        if (error instanceof ApiProblem && [401, 403].includes(error.problem.status)) return onState('refused', error)
        onState('lost', error)
        cancelTimer = clock.after(backoff.next(), run)
      })
      .catch(() => undefined)
  }

  run()
  return () => {
    ended = true
    cancelTimer()
    abort.abort()
  }
}

/** Passes everything on, and calls `onSilence` once nothing came for `ms`. */
function heardWithin(clock: Clock, ms: number, onSilence: () => void): TransformStream<Uint8Array, Uint8Array> {
  let cancel = clock.after(ms, onSilence)
  return new TransformStream({
    transform(chunk, controller) {
      cancel()
      cancel = clock.after(ms, onSilence)
      controller.enqueue(chunk)
    },
    flush: () => cancel(),
  })
}
