import { MEMORIES, type MemoryId } from '../numbers/memory.ts'
import { HOUR } from '../numbers/seconds.ts'
import { AGE_COUNT } from '../words/ages.ts'
import { CLASS_MEMORY_TESTS } from '../words/classes.ts'

const YEAR_SECONDS = 31_557_600

/** Facts that the fleet first saw under 72 hours ago: what breaks machines is nearly always new. */
export const NEW_SECONDS = 72 * HOUR
const NEW_SHARE = 0.6

/** The budget is never split over fewer facts, so that a quiet week does not make it lavish. */
const LEAST_NEW_FACTS = 20
const LEAST_OLD_FACTS = 50

/**
 * Of the stated budget, what is spent on versions that are not new. They are judged by the very rates that the fleet has had
 * with them, or by a shipped one that is not its own, so that days on which it differs raise more than the tail promises.
 */
const PRUDENCE = 0.25

/** How many active facts share the budget. */
export interface FactNumbers {
  readonly fresh: number
  readonly all: number
}

/**
 * ln of the largest p that raises: α·share/F/T·τ/year. Within its memory τ a count is one look, so a year has year/τ
 * looks at each of F facts under each of T tests (class × memory × window), and together they may raise α false incidents
 * (Bonferroni; alpha spent evenly over time).
 * @param alpha false incidents per fleet-year
 * @param isNew whether the fact is one of the new ones
 */
export function logThreshold(alpha: number, isNew: boolean, facts: FactNumbers, j: MemoryId): number {
  const share = isNew ? NEW_SHARE : PRUDENCE * (1 - NEW_SHARE)
  const number = isNew ? Math.max(LEAST_NEW_FACTS, facts.fresh) : Math.max(LEAST_OLD_FACTS, facts.all)
  const tests = CLASS_MEMORY_TESTS * AGE_COUNT
  return Math.log(((alpha * share) / number / tests) * ((MEMORIES[j] ?? 1) / YEAR_SECONDS))
}
