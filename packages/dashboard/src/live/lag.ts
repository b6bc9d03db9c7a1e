import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { Query, QueryClient } from '@tanstack/react-query'
import { mayHeal } from '../api/use.ts'

/** A part of the page that is older than the rest: its question was answered once, and fails since. */
interface Lag {
  readonly name: string
  /** When it was last answered, by this computer's clock. */
  readonly at: number
  readonly error: Error
}

/** The failed questions of a page that is live otherwise. */
export interface Lags {
  get: () => readonly Lag[]
  subscribe: (run: () => void) => () => void
  start: () => () => void
}

/** How often a question that failed is asked again: of what does not change no message of the link tells. */
const AGAIN_MS = 8 * SECOND

/**
 * Watches which questions fail that were answered before. The link's messages change answers too, so that an answer's own time
 * does not tell when it was last asked with success.
 */
export function createLags(client: QueryClient, clock: Clock): Lags {
  const answeredAt = new WeakMap<Query, number>()
  const failed = new Map<Query, Error>()
  const told = new Set<() => void>()
  let lags: readonly Lag[] = []
  const look = () => {
    const next = [...failed]
      .filter(([query]) => query.isActive() && query.state.data !== undefined)
      .map(([query, error]) => ({ name: String(query.queryKey[0]), at: answeredAt.get(query) ?? 0, error }))
      .filter(({ at }) => at > 0)
    if (next.length === 0 && lags.length === 0) return
    lags = next
    for (const run of told) run()
  }
  const start = () => {
    const stop = client.getQueryCache().subscribe((event) => {
      const { query } = event
      if (event.type === 'removed') failed.delete(query)
      else if (event.type === 'updated' && event.action.type === 'error') failed.set(query, event.action.error as Error)
      else if (event.type === 'updated' && event.action.type === 'success' && !event.action.manual) {
        answeredAt.set(query, clock.now())
        failed.delete(query)
      } else if (event.type !== 'observerAdded' && event.type !== 'observerRemoved') return
      look()
    })
    const stopAsking = clock.every(AGAIN_MS, () => {
      for (const [query, error] of failed) if (query.isActive() && mayHeal(error)) void query.fetch().catch(() => {})
    })
    return () => {
      stop()
      stopAsking()
    }
  }
  return {
    get: () => lags,
    subscribe: (run) => {
      told.add(run)
      return () => void told.delete(run)
    },
    start,
  }
}
