import type { ReadName } from '@pumphandle/shared/client'
import type { Clock } from '@pumphandle/shared/clock'
import type { QueryClient, QueryKey } from '@tanstack/react-query'

/** Asks an answer again soon, but no more often than its price allows. */
export type Refresh = (name: ReadName, id?: string | number) => void

/**
 * Milliseconds between two asks of the same route while changes pour in. The dear ones (every practice's tile, a day of
 * buckets) wait longer; what a technician looks at waits least.
 */
const PAUSE_MS: Partial<Record<ReadName, number>> = {
  tiles: 4000,
  overview: 4000,
  fleetSeries: 30_000,
  sensors: 15_000,
  incidentSeries: 15_000,
  incidentPicture: 15_000,
  incidentForecast: 30_000,
  incident: 3000,
  practices: 4000,
  recovery: 2000,
  commons: 30_000,
}
const DEFAULT_PAUSE_MS = 1500

const concerns = (key: QueryKey, name: ReadName, id: string | number | undefined): boolean => {
  if (key[0] !== name) return false
  if (id === undefined) return true
  const args = key[1] as { path?: Record<string, string | number> } | undefined
  return Object.values(args?.path ?? {}).some((value) => String(value) === String(id))
}

/** The first ask goes out at once, those within the pause become one at its end. Only what is on screen is asked. */
export function createRefresh(client: QueryClient, clock: Clock): Refresh {
  const waiting = new Map<string, boolean>()
  return function refresh(name, id) {
    const predicate = (query: { queryKey: QueryKey }) => concerns(query.queryKey, name, id)
    // thousands of machines change; what nobody looks at is asked when somebody does
    const asked = client.getQueryCache().findAll({ type: 'active', predicate })
    if (asked.length === 0) return
    const key = `${name} ${id ?? ''}`
    if (waiting.has(key)) {
      waiting.set(key, true)
      return
    }
    // an answer on its way may be from before this change, and given up for the next it would never come
    const isOnItsWay = asked.some((query) => query.state.fetchStatus === 'fetching')
    waiting.set(key, isOnItsWay)
    if (!isOnItsWay) void client.invalidateQueries({ predicate })
    clock.after(PAUSE_MS[name] ?? DEFAULT_PAUSE_MS, () => {
      const again = waiting.get(key)
      waiting.delete(key)
      if (again) refresh(name, id)
    })
  }
}
