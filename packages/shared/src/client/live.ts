import type { LiveMessage } from '../api/live.ts'
import { Backoff } from '../flow/backoff.ts'
import type { Clock } from '../flow/clock.ts'
import { LIVE_BEAT, SECOND } from '../words/time.ts'
import { addressOf } from './address.ts'
import { readEventStream } from './event-stream.ts'
import { ApiProblem, problemOf } from './problem.ts'

/** `lost` until it is back; `refused` for good: the session or token is no longer valid. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'refused'

export interface LiveOptions {
  readonly clock: Clock
  readonly onMessage: (message: LiveMessage) => void
  /** `live` comes with the first message: an answer that a proxy holds back is not a link. */
  readonly onState?: (state: LinkState, problem: Error | null) => void
  readonly url?: string
  readonly token?: string
  readonly fetch?: typeof fetch
}

export interface LiveLink {
  end(): void
  /** Gives the line up that is there, and makes a new one at once. */
  retry(): void
}

/** Two beats missed, and a second for the way: the collector stands still, or the line is dead and nobody closed it. */
const SILENCE_MS = 2 * LIVE_BEAT + SECOND
/** Half to all of a step is waited, so that a thousand pages do not come back in the same instant. */
const RETRY = { firstMs: 500, mostMs: 15_000, leastShare: 0.5, random: Math.random } as const

/**
 * Follows GET /api/v1/live until the answer is called: reconnects by itself and resumes after the last message it had.
 * A `reset` message says that too much was missed: read everything again. `retry` tries now what would be tried later.
 */
export function openLive(options: LiveOptions): LiveLink {
  const { clock, onMessage, onState = () => undefined } = options
  const send = options.fetch ?? fetch
  const address = `${(options.url ?? '').replace(/\/+$/, '')}${addressOf('live')}`
  let lastId: string | undefined
  const backoff = new Backoff(RETRY)
  let ended = false
  let abort = new AbortController()
  let cancelTimer = (): void => undefined
  let waiting = false

  async function follow(): Promise<void> {
    onState('connecting', null)
    const mine = new AbortController()
    abort = mine
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`
    if (lastId !== undefined) headers['last-event-id'] = lastId
    const watch = silence(clock, () => mine.abort())
    try {
      const response = await send(address, { headers, credentials: 'same-origin', signal: mine.signal })
      if (!response.ok || !response.body) throw new ApiProblem(await problemOf(response))
      let live = false
      for await (const event of readEventStream(response.body)) {
        watch.heard()
        if (!live) {
          live = true
          backoff.reset()
          onState('live', null)
        }
        if (event.id !== undefined) lastId = event.id
        onMessage(JSON.parse(event.data) as LiveMessage)
      }
    } finally {
      watch.end()
    }
  }

  function run(): void {
    waiting = false
    follow()
      .then(() => null)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
      .then((error) => {
        if (ended) return
        if (error instanceof ApiProblem && [401, 403].includes(error.problem.status)) return onState('refused', error)
        onState('lost', error)
        waiting = true
        cancelTimer = clock.after(backoff.next(), run)
      })
      .catch(() => undefined)
  }

  run()
  return {
    end() {
      ended = true
      cancelTimer()
      abort.abort()
    },
    retry() {
      if (ended) return
      // a line that is there ends, and with its end the next try is due; else that one is brought forward
      backoff.reset()
      if (waiting) {
        cancelTimer()
        run()
      } else abort.abort()
    },
  }
}

/** Calls `onSilence` once nothing was heard for too long, the answer to the request included. */
function silence(clock: Clock, onSilence: () => void): { heard: () => void; end: () => void } {
  let cancel = clock.after(SILENCE_MS, onSilence)
  return {
    heard() {
      cancel()
      cancel = clock.after(SILENCE_MS, onSilence)
    },
    end: () => cancel(),
  }
}
