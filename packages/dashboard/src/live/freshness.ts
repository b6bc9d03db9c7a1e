import { LIVE_BEAT, SECOND } from '@pumphandle/shared/time'
import { useQueryClient } from '@tanstack/react-query'
import { useNow, useTicker } from '../design/now.tsx'
import { useLive } from './live.tsx'

/** As long as two beats and the way of one: what is older than this without a link is the past. */
const PAST_MS = 2 * LIVE_BEAT + SECOND

/** How old the page is. `at`: when it was last heard or answered, by the collector's clock; undefined before the first. */
export interface Freshness {
  readonly state: ReturnType<typeof useLive>['state']
  readonly at: number | undefined
  readonly age: number
  /** There is no link, and no answer either: nobody knows whether what is shown is still so. */
  readonly past: boolean
}

/** Answers that were polled while the link is down keep the page fresh, too. */
export function useFreshness(): Freshness {
  const { state, heardAt } = useLive()
  const now = useNow()
  const ticker = useTicker()
  const answers = useQueryClient().getQueryCache().findAll({ type: 'active' })
  const newest = Math.max(heardAt() ?? 0, ...answers.map((query) => query.state.dataUpdatedAt))
  if (newest === 0) return { state, at: undefined, age: 0, past: false }
  const at = ticker.corrected(newest)
  const age = Math.max(0, now - at)
  return { state, at, age, past: (state === 'lost' || state === 'refused') && age >= PAST_MS }
}
