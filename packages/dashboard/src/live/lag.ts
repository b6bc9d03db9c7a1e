import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { Query, QueryClient } from '@tanstack/react-query'
import { SLOW_MS } from '../api/anew.ts'
import { mayHeal } from '../api/use.ts'

/** A part of the page that is older than the rest: its question was answered once, and fails or hangs since. */
interface Lag {
  readonly name: string
  /** When it was last answered, by this computer's clock. */
  readonly at: number
  /** Undefined where there is no answer at all. */
  readonly error: Error | undefined
  /** Since when there is none. */
  readonly askedAt: number | undefined
}

/** The questions of a page that is live otherwise which fail, or whose answers are long on their way. */
export interface Lags {
  get: () => readonly Lag[]
  subscribe: (run: () => void) => () => void
  start: () => () => void
}

/** How often a question that failed is asked again: of what does not change no message of the link tells. */
const AGAIN_MS = 8 * SECOND
/** How often it is looked which answers are late. */
const LOOK_MS = 2 * SECOND

/**
 * Watches which questions fail that were answered before. The link's messages change answers too, so that an answer's own time
 * does not tell when it was last asked with success.
 */
export function createLags(client: QueryClient, clock: Clock): Lags {
  const answeredAt = new WeakMap<Query, number>()
  const askedAt = new WeakMap<Query, number>()
  const failed = new Map<Query, Error>()
  const told = new Set<() => void>()
  let lags: readonly Lag[] = []
  const late = (now: number) =>
    client.getQueryCache().findAll({
      type: 'active',
      fetchStatus: 'fetching',
      predicate: (query) => !failed.has(query) && now - (askedAt.get(query) ?? now) >= SLOW_MS,
    })
  const look = () => {
    const said = (query: Query, of: Pick<Lag, 'error' | 'askedAt'>): Lag[] => {
      const at = answeredAt.get(query)
      if (!query.isActive() || query.state.data === undefined || at === undefined) return []
      return [{ name: String(query.queryKey[0]), at, ...of }]
    }
    const next = [
      ...[...failed].flatMap(([query, error]) => said(query, { error, askedAt: undefined })),
      ...late(clock.now()).flatMap((query) => said(query, { error: undefined, askedAt: askedAt.get(query) })),
    ]
    if (next.length === 0 && lags.length === 0) return
    lags = next
    for (const run of told) run()
  }
  const start = () => {
    const stop = client.getQueryCache().subscribe((event) => {
      const { query } = event
      if (event.type === 'removed') failed.delete(query)
      else if (event.type === 'updated' && event.action.type === 'fetch') askedAt.set(query, clock.now())
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
    const stopLooking = clock.every(LOOK_MS, look)
    return () => {
      stop()
      stopAsking()
      stopLooking()
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
