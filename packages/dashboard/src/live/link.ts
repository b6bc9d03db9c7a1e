import type { LiveMessage } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'

/** `live`: messages arrive. `connecting`: not yet. `lost`: they came, and stopped. */
export type LinkState = 'connecting' | 'live' | 'lost'

/** The link to the collector: its state and when it was last heard, for the word at the top of each page. */
export interface LiveLink {
  state: () => LinkState
  heardAt: () => number | undefined
  subscribe: (run: () => void) => () => void
  /** Opens the stream and keeps it open until the answer is called. */
  start: () => () => void
}

/** A quiet fleet still sends counts; after this long without a word the link is opened anew, which proves or mends it. */
const SILENCE_MS = 30_000
/** EventSource gives up on an error answer; the page does not. */
const RETRY_MS = { first: 1000, most: 15_000 }

/** EventSource.CLOSED, which is not there where tests run. */
const CLOSED = 2

interface Outside {
  clock: Clock
  /** Opens the stream; the browser's EventSource, or a test's. */
  open: () => EventSource
  receive: (message: LiveMessage) => void
}

/** Listens to the collector's changes and keeps listening: reconnects with backoff, and notices silence. */
export function createLiveLink({ clock, open, receive }: Outside): LiveLink {
  const listeners = new Set<() => void>()
  let state: LinkState = 'connecting'
  let heardAt: number | undefined
  let source: EventSource | undefined
  let wait = RETRY_MS.first
  let cancelRetry = () => {}
  let cancelSilence = () => {}

  const become = (next: LinkState) => {
    if (state === next) return
    state = next
    for (const run of listeners) run()
  }
  const watch = () => {
    cancelSilence()
    cancelSilence = clock.after(SILENCE_MS, connect)
  }
  function connect() {
    cancelRetry()
    source?.close()
    const fresh = open()
    // a stream that this page opens anew cannot resume, so whatever is on the page is read again
    let missed = heardAt !== undefined
    source = fresh
    watch()
    fresh.onmessage = (event: MessageEvent<string>) => {
      heardAt = clock.now()
      wait = RETRY_MS.first
      watch()
      become('live')
      if (missed) receive({ type: 'reset' })
      missed = false
      receive(JSON.parse(event.data) as LiveMessage)
    }
    fresh.onerror = () => {
      become(heardAt === undefined ? 'connecting' : 'lost')
      // the browser retries a broken stream by itself and resumes it; it gives up only when refused
      if (fresh.readyState !== CLOSED) return
      cancelSilence()
      cancelRetry()
      cancelRetry = clock.after(wait, connect)
      wait = Math.min(wait * 2, RETRY_MS.most)
    }
  }
  return {
    state: () => state,
    heardAt: () => heardAt,
    subscribe(run) {
      listeners.add(run)
      return () => listeners.delete(run)
    },
    start() {
      connect()
      return () => {
        cancelRetry()
        cancelSilence()
        source?.close()
      }
    },
  }
}
