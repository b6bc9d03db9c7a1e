import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react'
import { addressOf } from '../api/client.ts'
import { browserClock } from '../clock.ts'
import { applyMessage } from './apply.ts'
import { createLiveLink, type LiveLink } from './link.ts'
import { createRefresh } from './refresh.ts'

/** Without the link the page asks on its own this often, so that a proxy that swallows streams costs freshness only. */
const POLL_MS = 15_000

interface Live extends LiveLink {
  /** Calls `run` with the number of machines that changed, for "12 changes". */
  onChanges: (run: (n: number) => void) => () => void
}
const LiveContext = createContext<Live | undefined>(undefined)

function createLive(client: QueryClient): Live {
  const listeners = new Set<(n: number) => void>()
  const refresh = createRefresh(client, browserClock)
  const count = (n: number) => {
    for (const run of listeners) run(n)
  }
  const link = createLiveLink({
    clock: browserClock,
    open: () => new EventSource(addressOf('live')),
    receive: (message) => applyMessage(client, refresh, count, message),
  })
  return {
    ...link,
    onChanges(run) {
      listeners.add(run)
      return () => listeners.delete(run)
    },
  }
}

/** The link and its state. Only below LiveProvider. */
export function useLive() {
  const live = use(LiveContext)
  if (!live) throw new Error('useLive needs a LiveProvider above it')
  const state = useSyncExternalStore(live.subscribe, live.state)
  return { state, heardAt: live.heardAt, onChanges: live.onChanges }
}

/** Keeps the page's answers current from the collector's stream of changes. */
export function LiveProvider({ children }: { children: React.ReactNode }) {
  const client = useQueryClient()
  const [live] = useState(() => createLive(client))
  useEffect(() => live.start(), [live])
  const state = useSyncExternalStore(live.subscribe, live.state)
  useEffect(() => {
    if (state === 'live') return
    return browserClock.every(POLL_MS, () => void client.invalidateQueries())
  }, [state, client])
  return <LiveContext value={live}>{children}</LiveContext>
}
