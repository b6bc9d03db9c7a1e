import { type LinkState, type LiveLink, openLive } from '@pumphandle/shared/client'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react'
import { askAnew } from '../api/anew.ts'
import { browserClock } from '../clock.ts'
import { type Ticker, useTicker } from '../design/now.tsx'
import { applyMessage } from './apply.ts'
import { createLags, type Lags } from './lag.ts'
import { createRefresh } from './refresh.ts'

/** Without the link the page asks on its own this often: a proxy that swallows streams costs freshness, and not the truth. */
const POLL_MS = 8_000

/** The link's state, when it was last heard, and those who want to know. */
interface Live {
  state: () => LinkState
  heardAt: () => number | undefined
  subscribe: (run: () => void) => () => void
  start: () => () => void
  /** Tries to link now rather than when it is due. */
  retry: () => void
  /** Calls `run` with the number of machines that changed, for "12 changes". */
  onChanges: (run: (n: number) => void) => () => void
  /** Parts of the page whose questions fail. */
  readonly lags: Lags
}
const LiveContext = createContext<Live | undefined>(undefined)

function createLive(client: QueryClient, ticker: Ticker): Live {
  const onState = new Set<() => void>()
  const onChanges = new Set<(n: number) => void>()
  const refresh = createRefresh(client, browserClock)
  const count = (n: number) => {
    for (const run of onChanges) run(n)
  }
  let state: LinkState = 'connecting'
  let heardAt: number | undefined
  let link: LiveLink | undefined
  const lags = createLags(client, browserClock)
  const start = () => {
    const stopLags = lags.start()
    link = openLive({
      clock: browserClock,
      onMessage(message) {
        // what is sent again after a break is from the past, and tells no time
        if (message.type === 'hello' || ('at' in message && message.at > ticker.now())) ticker.correct(message.at)
        heardAt = browserClock.now()
        applyMessage(client, refresh, count, message)
      },
      onState(next) {
        if (next === 'live') heardAt = browserClock.now()
        // a try to reconnect is still a lost link to the reader, until it succeeds
        if (next !== 'connecting' || state !== 'lost') state = next
        if (next === 'refused') void client.invalidateQueries({ queryKey: ['me'] })
        for (const run of onState) run()
      },
    })
    const retry = () => link?.retry()
    // the browser knows of a cable that is out before two beats are missed
    window.addEventListener('offline', retry)
    window.addEventListener('online', retry)
    return () => {
      window.removeEventListener('offline', retry)
      window.removeEventListener('online', retry)
      link?.end()
      stopLags()
    }
  }
  const retry = () => {
    link?.retry()
    void askAnew(client)
  }
  const to =
    <T,>(set: Set<T>) =>
    (run: T) => {
      set.add(run)
      return () => void set.delete(run)
    }
  return {
    state: () => state,
    heardAt: () => heardAt,
    subscribe: to(onState),
    onChanges: to(onChanges),
    start,
    retry,
    lags,
  }
}

/** The link and its state. Only below LiveProvider. */
export function useLive() {
  const live = use(LiveContext)
  if (!live) throw new Error('useLive needs a LiveProvider above it')
  const state = useSyncExternalStore(live.subscribe, live.state)
  return { state, heardAt: live.heardAt, onChanges: live.onChanges, retry: live.retry, lags: live.lags }
}

/** Keeps the page's answers current from the collector's stream of changes. */
export function LiveProvider({ children }: { children: React.ReactNode }) {
  const client = useQueryClient()
  const ticker = useTicker()
  const [live] = useState(() => createLive(client, ticker))
  useEffect(() => live.start(), [live])
  const state = useSyncExternalStore(live.subscribe, live.state)
  useEffect(() => {
    if (state === 'live') return
    if (state === 'lost') void client.invalidateQueries()
    // an answer that takes longer than that would never come if it were given up for the next
    return browserClock.every(POLL_MS, () => void client.invalidateQueries({}, { cancelRefetch: false }))
  }, [state, client])
  return <LiveContext value={live}>{children}</LiveContext>
}
