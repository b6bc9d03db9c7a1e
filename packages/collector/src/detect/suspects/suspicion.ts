import type { Ledger } from '../counts/scales.ts'
import { DAY, HOUR } from '../numbers/seconds.ts'
import { LEFT, type WindowId } from '../words/ages.ts'
import type { RankReason } from '../words/finding.ts'
import type { FactId } from '../words/ids.ts'
import { isMark } from '../words/subject.ts'
import type { Question } from './candidate.ts'
import { timesElsewhere } from './elsewhere.ts'

/** A version that the fleet has had for so long is an old one: harm has come days after an update, hardly weeks. */
const OLD_SECONDS = 14 * DAY

/**
 * Priors, natural log, as factors of belief: in the outages that docs/detection.md is measured with the cause was
 * new on nearly every machine, and minutes old on most. An old version of a sensor is named less than its product, and the product
 * less than something narrower that explains as well.
 */
const PRIOR_MINUTES = Math.log(20)
const PRIOR_DAY = Math.log(8)
const PRIOR_DAYS = Math.log(3)
const PRIOR_OWNER = Math.log(10)
const PRIOR_PRODUCT = -Math.log(4)
const PRIOR_OLD = -Math.log(12)
/**
 * Content comes several times a day and has done so harmlessly: each single one is less likely by the number of those that
 * the fleet remembers, within these bounds, for a fleet that has just begun to look remembers few.
 */
const LEAST_VERSIONS = 8
const MOST_VERSIONS = 20
export const PRIOR_GONE = -Math.log(12)

/**
 * Natural-log prior of a fact, and why; `isNew` where it came within days on most of the machines that failed, `isOld` for a
 * version that the fleet has had for weeks.
 */
export function priorOf(
  fact: FactId,
  medianAge: number,
  window: WindowId,
  question: Question,
  ledger: Ledger,
  now: number,
): { prior: number; isNew: boolean; isOld: boolean; reasons: readonly RankReason[] } {
  const { kind } = ledger.facts.get(fact)
  const slot = ledger.exposure.slots.find(fact)
  const fleetAge = now - ledger.exposure.born(slot)
  const isNew = medianAge < 3 * DAY && fleetAge < OLD_SECONDS
  const isOld = fleetAge >= OLD_SECONDS && window !== LEFT && kind !== 'model' && kind !== 'product'
  const reasons: RankReason[] = []
  let prior = 0
  if (window === LEFT) {
    prior += PRIOR_GONE
    reasons.push('already-gone')
  } else if (medianAge < HOUR && fleetAge < 3 * DAY) {
    prior += PRIOR_MINUTES
    reasons.push('changed-minutes-before')
  } else if (medianAge < DAY && fleetAge < 7 * DAY) {
    prior += PRIOR_DAY
    reasons.push('changed-within-a-day')
  } else if (isNew) {
    prior += PRIOR_DAYS
    reasons.push('changed-within-days')
  }
  if (isMark(question.subject) && ledger.facts.owns(fact, question.subject.culprit)) {
    prior += PRIOR_OWNER
    reasons.push('owns-culprit-driver')
  }
  if (ledger.facts.failsElsewhere(fact)) {
    prior += Math.log(timesElsewhere(ledger.facts, fact))
    reasons.push('fails-elsewhere')
  }
  if (kind === 'product') {
    prior += PRIOR_PRODUCT
    reasons.push('is-product')
  } else if (kind === 'model') reasons.push('is-model')
  else if (isOld && (kind === 'sensor' || kind === 'content')) {
    prior += PRIOR_OLD
    reasons.push('old-version')
  }
  if (kind === 'content')
    prior -= Math.log(Math.min(MOST_VERSIONS, Math.max(LEAST_VERSIONS, ledger.facts.namesakes(fact).length)))
  return { prior, isNew, isOld, reasons }
}
