import type { Clock } from '@pumphandle/shared/clock'
import { createContext, use, useCallback, useSyncExternalStore } from 'react'

/** What the page knows of time: one timer for all that shows an age, so that they change together. */
export interface Ticker {
  now: () => number
  subscribe: (run: () => void) => () => void
}

/** Ticks once a second while anything listens and the page is visible. */
export function createTicker(clock: Clock): Ticker {
  const listeners = new Set<() => void>()
  let stop: (() => void) | undefined
  let now = clock.now()
  const tick = () => {
    now = clock.now()
    for (const run of listeners) run()
  }
  return {
    now: () => now,
    subscribe(run) {
      listeners.add(run)
      if (!stop) now = clock.now()
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

/** Now, rounded down to `step` milliseconds: a component with step 60,000 renders once a minute. */
export function useNow(step = 1000): number {
  const ticker = use(TickerContext)
  if (!ticker) throw new Error('useNow needs a TickerProvider above it')
  const read = useCallback(() => Math.floor(ticker.now() / step) * step, [ticker, step])
  return useSyncExternalStore(ticker.subscribe, read)
}
