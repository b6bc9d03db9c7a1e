import type { Clock } from '@pumphandle/shared/clock'
import { createContext, use, useCallback, useSyncExternalStore } from 'react'

/** What the page knows of time: one timer for all that shows an age, so that they change together. */
export interface Ticker {
  now: () => number
  /** The collector's clock shows this now. Ages are told by it: the computer's own may be wrong by minutes. */
  correct: (collectorNow: number) => void
  /** A moment of this computer's clock by the collector's. */
  corrected: (own: number) => number
  subscribe: (run: () => void) => () => void
}

/** A message's way to the page takes so long at most where it matters; smaller differences are left as they are. */
const SLACK_MS = 2000

/** Ticks once a second while anything listens and the page is visible. */
export function createTicker(clock: Clock): Ticker {
  const listeners = new Set<() => void>()
  let stop: (() => void) | undefined
  let ahead = 0
  const read = () => clock.now() + ahead
  let now = read()
  const tick = () => {
    now = read()
    for (const run of listeners) run()
  }
  return {
    now: () => now,
    correct(collectorNow) {
      const by = collectorNow - clock.now()
      if (Math.abs(by - ahead) < SLACK_MS) return
      ahead = by
      tick()
    },
    corrected: (own) => own + ahead,
    subscribe(run) {
      listeners.add(run)
      if (!stop) now = read()
      stop ??= clock.every(1000, tick)
      return () => {
        listeners.delete(run)
        if (listeners.size > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}

const TickerContext = createContext<Ticker | undefined>(undefined)
export const TickerProvider = TickerContext.Provider

/** What keeps the page's time. */
export function useTicker(): Ticker {
  const ticker = use(TickerContext)
  if (!ticker) throw new Error('useTicker needs a TickerProvider above it')
  return ticker
}

/** Now, rounded down to `step` milliseconds: a component with step 60,000 renders once a minute. */
export function useNow(step = 1000): number {
  const ticker = useTicker()
  const read = useCallback(() => Math.floor(ticker.now() / step) * step, [ticker, step])
  return useSyncExternalStore(ticker.subscribe, read)
}
