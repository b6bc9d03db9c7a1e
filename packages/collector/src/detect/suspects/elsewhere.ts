import type { FactRegistry } from '../words/facts.ts'
import type { FactId } from '../words/ids.ts'

/**
 * How much the word of other organisations weighs at most, however many they are: a version that they see fail may be
 * raised on a chance twenty times as large, and ranks by ln 20 better. The budget of new versions is split over twenty at
 * least (threshold.ts), so that such a version has the whole of it as though nothing else were new. All else stands: the
 * least that is tested, machines, practices, and the comparison with machines that have it not. So it never raises
 * anything by itself.
 */
export const TIMES_ELSEWHERE = 20

/** By how much larger a chance may be that raises the fact: 1, or {@link TIMES_ELSEWHERE}. */
export function timesElsewhere(facts: Pick<FactRegistry, 'failsElsewhere'>, fact: FactId): number {
  return facts.failsElsewhere(fact) ? TIMES_ELSEWHERE : 1
}
