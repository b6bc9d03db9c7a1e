import { logAmong } from '../counts/neighbours.ts'
import type { Comparison, Scales } from '../counts/scales.ts'
import { logBennett } from '../counts/strata.ts'
import { MEMORIES, MEMORY_IDS, type MemoryId } from '../numbers/memory.ts'
import { HOUR } from '../numbers/seconds.ts'
import { logBetaTail } from '../numbers/tail.ts'
import { AGE_NAMES, ANY, FRESH, LEFT, WINDOWS, WITHIN_DAY, type WindowId } from '../words/ages.ts'
import { ABSENT, APP, BOOT, type ClassRule, LOSS, SITE } from '../words/classes.ts'
import type { Strength } from '../words/finding.ts'
import type { FactId } from '../words/ids.ts'
import { classOf, isSilence, ruleOf, type Subject } from '../words/subject.ts'
import { type FactNumbers, logThreshold as thresholdOf } from './threshold.ts'

/** Weighted failures below which nothing is tested: one practice alone is never an incident of a version. */
const LEAST_OBSERVED = 1.5

/** Under this many times the expected, no cap lets a tail be small enough for any threshold. */
const LEAST_RATIO = 1.5

/** Pseudo-failures that the baseline is known by, before any: two, so that nothing is ever certain. */
const BASELINE_FAILURES = 2

/**
 * A suspect's machines must also fail more often than the others do at the same time, whatever the baseline says: ln of
 * the chance of a share like theirs, were all alike. A baseline can be wrong by any factor (a program that had never
 * crashed before), the comparison cannot; it need not be strong, for the baseline has been passed too.
 */
const LOG_ALIKE = Math.log(1e-3)
/**
 * After a patch that everybody restarts for, hardly anybody boots without it: one unlucky boot among so few others, as a
 * share of what is expected of the suspect's, says nothing against failures so many times beyond the baseline.
 */
const FEW_CONTROLS = 0.1
const FAR_BEYOND = 10
/** Programs of others crash in a wave: so many, and so many times as many as are due. */
const WAVE_LEAST = 3
const WAVE_RATIO = 5
/** Waves of crashing programs last minutes to hours: what comes within a day of an arrival is counted over an hour. */
const LONGEST_WAVE_MEMORY: MemoryId = 1
/** Of programs the comparison has to say nearly all: their crashes come in waves, with a server or a document. */
const LOG_ALIKE_APP = Math.log(1e-5)
/**
 * Of a program's own version much less, in the minutes after a machine has got it and the hours after the fleet has: a server
 * that fails just then, and fails nobody who has the version before, is rarer than a bad version.
 */
const LOG_ALIKE_OWN_APP = Math.log(0.05)
const YOUNG_SECONDS = 4 * HOUR

/** ln of the chance by luck, below which neighbours in the same practice are taken to fail less often. */
const LOG_WITHIN = Math.log(1e-3)

/** ln of the chance that siblings fail so much more than other controls by luck, below which it is taken to be so. */
const LOG_SIBLINGS = Math.log(0.01)

/** A version that is gone is to blame so seldom that it gets a tenth of the budget (natural log), up to 12 hours' memory. */
const LEFT_SHARE = -Math.log(10)
const LONGEST_LEFT_MEMORY = 2

/** The memory (12 hours) under which one morning is judged, and what is compared within practices. */
const WITHIN_MEMORY = 2

/** What is compared at the same time as the suspect, and just before it. */
export interface AtItsTime {
  /** Failures of machines without it since it came, and how many were expected; null where it is older than the memory. */
  readonly controls: { readonly controlsObserved: number; readonly controlsExpected: number } | null
  /** How many times as often as expected its component's machines failed before it came; at least 1. */
  readonly roseBefore: number
}

/** A test that was made, and by how much (natural log) it passed its threshold; negative when it failed. */
export interface Test extends Comparison {
  readonly fact: FactId
  readonly subject: Subject
  readonly window: WindowId
  readonly j: MemoryId
  readonly logP: number
  readonly logThreshold: number
  /** Whether the comparison with neighbours in the same practice says so by itself: then it is no shock of the place. */
  readonly provedWithin: boolean
  /** Whether that comparison alone passes the threshold, so that one practice may suffice. */
  readonly isWithinAlone?: boolean
}

/**
 * ln of the chance of `observed` failures or more: negative binomial predictive tail of a Poisson count whose rate is
 * known from r failures in B expected ones. With controls Kc observed, Lc expected: r = 2 + max(Kc, Lc), B = 2 + Lc (2, or
 * the class's `known`), so that a bad hour for everyone raises the expectation and a good one never lowers it. Where r
 * exceeds the class's cap, B is scaled with it: a baseline is never trusted to better than 1/√cap.
 */
function logTailP(comparison: Comparison, { cap, known = BASELINE_FAILURES }: ClassRule): number {
  const { observed, expected, controlsObserved, controlsExpected } = comparison
  let r = known + Math.max(controlsObserved, controlsExpected)
  let b = known + controlsExpected
  if (r > cap) {
    b *= cap / r
    r = cap
  }
  return logBetaTail(expected / (expected + b), observed, r)
}

/**
 * ln of the chance that `observed` or more of all failures fall on the suspect's machines, were these no different from
 * the controls: binomial upper tail with q = L/(L + Lc), P(X ≥ K) = I_q(K, Kc + 1) (Abramowitz & Stegun 26.5.24). The
 * conditional two-sample test of Poisson rates (Przyborowski & Wilenski, Biometrika 1940).
 * @param isAlways whether it says something where no control failed
 * @param isNeeded whether too few controls mean that nothing can be said, and not that the baseline has to do
 */
function logAlike(comparison: Comparison, isAlways: boolean, isNeeded: boolean): number {
  const { observed, expected, controlsObserved, controlsExpected } = comparison
  const areFew = controlsExpected < FEW_CONTROLS * expected && observed >= FAR_BEYOND * expected
  if (!isNeeded && (controlsExpected <= 0 || areFew)) return Number.NEGATIVE_INFINITY
  if (controlsExpected <= 0) return 0
  // Of programs the baseline alone never suffices: one that crashes everywhere from this hour on, for its server is
  // down, has as a rule crashed on the suspect's machines first.
  if (controlsObserved <= 0 && !isAlways) return Number.NEGATIVE_INFINITY
  return logBetaTail(expected / (expected + controlsExpected), observed, controlsObserved + 1)
}

/**
 * Where machines with another version of the component fail more than the other controls do, the fault lies with what
 * they share (the product, its practices' network, a patch that does not bear it), and the expectation rises with them:
 * by their ratio of observed to expected over that of all controls, posterior means with two pseudo-failures. Only where
 * it is surely so ({@link LOG_SIBLINGS}), for among few siblings luck alone doubles a ratio.
 */
function besideSiblings(comparison: Comparison): Comparison {
  const { controlsObserved, controlsExpected, siblingsObserved, siblingsExpected } = comparison
  if (siblingsObserved <= 0 || siblingsExpected >= controlsExpected) return comparison
  const others = Math.max(0, controlsObserved - siblingsObserved)
  if (logBetaTail(siblingsExpected / controlsExpected, siblingsObserved, others + 1) > LOG_SIBLINGS) return comparison
  const factor = (k: number, l: number) => (BASELINE_FAILURES + k) / (BASELINE_FAILURES + l)
  const controls = factor(Math.max(controlsObserved, controlsExpected), controlsExpected)
  const more = factor(siblingsObserved, siblingsExpected) / controls
  return more > 1 ? { ...comparison, expected: comparison.expected * more } : comparison
}

/**
 * ln of the chance of two independent comparisons that together say so much: in which practices machines failed, and which
 * machines of a practice did, given that some do (Fisher's product of two chances, q(1 − ln q)).
 */
const both = (one: number, other: number): number => one + other + Math.log1p(-one - other)

/**
 * Whether programs of whatever name crash on machines without the suspect as well. Over a memory that outlasts a wave its
 * calm days hide that it was one: there it is enough that a fourth as many of others do.
 */
export function isWave({ observed, controlsObserved, controlsExpected }: Comparison, j: MemoryId): boolean {
  if (controlsObserved >= WAVE_LEAST && controlsObserved >= WAVE_RATIO * controlsExpected) return true
  return j > LONGEST_WAVE_MEMORY && controlsObserved > observed / 4
}

/**
 * Whether so many programs may crash with the suspect because hardly anybody is without it by now: a wave is not held against
 * those who were without a patch an hour ago. The comparison with no more controls than there are, for each machine with the
 * suspect.
 */
function isWaveOfNow(comparison: Comparison, othersForEach: number): boolean {
  const controlsExpected = Math.min(comparison.controlsExpected, comparison.expected * othersForEach)
  return logAlike({ ...comparison, controlsExpected }, true, true) > LOG_ALIKE
}

/** How small a chance must be. */
interface Budget {
  readonly alpha: number
  readonly isNew: boolean
  readonly facts: FactNumbers
}

/** What a test is made with. */
export type Weighing = Pick<
  Scales,
  'observed' | 'compare' | 'isEverywhere' | 'othersForEach' | 'isOwn' | 'absentWithin' | 'among' | 'windowRisk'
>

/** A fact, for how many seconds the fleet has had it, and the windows of its age in which machines have just failed. */
export interface Questioned {
  readonly fact: FactId
  readonly age: number
  readonly windows: ReadonlySet<WindowId>
}

/**
 * The best of the fact's tests for one class, over windows and memories; null when there was nothing to test.
 * @param atItsTime for a fact that came less long ago than the memory `j`; asked only of tests that pass without it
 */
export function strongest(
  scales: Weighing,
  { fact, age, windows }: Questioned,
  subject: Subject,
  budget: Budget,
  atItsTime: (j: MemoryId) => AtItsTime,
): Test | null {
  let best: Test | null = null
  const everywhere = scales.isEverywhere(fact)
  const rule = ruleOf(subject)
  const isApp = classOf(subject) === APP
  const isOwn = scales.isOwn(fact, subject)
  for (const j of MEMORY_IDS) {
    if (!rule.memories[j]) continue
    const threshold = thresholdOf(budget.alpha, budget.isNew, budget.facts, j)
    for (const window of WINDOWS) {
      if (!windows.has(window)) continue
      if (subject === SITE && window !== FRESH) continue
      // A machine that is back has forgotten what it lost before the night, one that is absent has not: no fair comparison.
      if (subject === ABSENT && window === LEFT) continue
      // Exposure to what has left is known only roughly, which adds up over a week.
      if (window === LEFT && j > LONGEST_LEFT_MEMORY) continue
      // Without controls only a change minutes before tells silence from a fleet that goes to sleep.
      if (everywhere && isSilence(subject) && window !== FRESH) continue
      if (everywhere && window === ANY && (subject === BOOT || isApp)) continue
      // A program's server fails with no version changed: all that have the program share it, and nobody else does.
      if (isApp && !budget.isNew && (window === ANY || window === LEFT)) continue
      // ... and who got something about that hour is not held against the calm hours of the others.
      if (isApp && window !== ANY && j > LONGEST_WAVE_MEMORY) continue
      if (scales.observed(fact, subject, window, j) < LEAST_OBSERVED) continue
      const compared = scales.compare(fact, subject, window, j)
      // What left is compared with its successors: they are the same machines.
      const comparison = window === LEFT ? compared : besideSiblings(compared)
      const among = scales.among(fact, subject, window)
      const logWithin = among ? logAmong(among, scales.windowRisk(fact, subject, window, j)) : 0
      const provedWithin = logWithin <= LOG_WITHIN
      // an old version was there when the baseline was learned, or it is not the fleet's own: the comparison always counts
      const isCompared = isApp || !budget.isNew
      const isOwnAndJustCame = isOwn && (window === FRESH || (window === ANY && age < YOUNG_SECONDS))
      const alike = !isApp ? LOG_ALIKE : isOwnAndJustCame ? LOG_ALIKE_OWN_APP : LOG_ALIKE_APP
      if (!provedWithin && logAlike(comparison, isCompared, isApp && !isOwn) > alike) continue
      if (isApp && !isOwn && isWaveOfNow(comparison, scales.othersForEach(fact))) continue
      if (comparison.observed < LEAST_RATIO * comparison.expected) continue
      if (isApp && isWave(scales.compare(fact, APP, window, j), j)) continue
      const logThreshold = window === LEFT ? threshold + LEFT_SHARE : threshold
      let logP = logTailP(comparison, rule)
      if (logP + logWithin > logThreshold && best !== null) continue
      // What lives in a bad hour alone is not judged by a good week: the same controls, since it came.
      const lately = logP + logWithin > logThreshold ? null : atItsTime(j)
      if (lately) {
        const expected = comparison.expected * lately.roseBefore
        logP = Math.max(logP, logTailP({ ...comparison, expected }, rule))
        if (lately.controls && window !== LEFT)
          logP = Math.max(logP, logTailP({ ...comparison, ...lately.controls, expected }, rule))
      }
      if (provedWithin) logP = both(logP, logWithin)
      if (best === null || logThreshold - logP > best.logThreshold - best.logP) {
        best = { ...comparison, fact, subject, window, j, logP, logThreshold, provedWithin }
      }
    }
  }
  if (subject === ABSENT) return better(best, absentWithin(scales, fact, budget))
  return subject === LOSS && !everywhere ? better(best, silentWithin(scales, fact, budget)) : best
}

/** Machines that came lately are this many times as often absent as their neighbours without the suspect, or it is no matter. */
const LEAST_WITHIN = 2

/**
 * The morning's absences compared within practices, where the cleanest controls are: the same practice, the same
 * morning. It proves by itself; null where it does not.
 */
function absentWithin(scales: Weighing, fact: FactId, budget: Budget): Test | null {
  const within = scales.absentWithin(fact)
  if (!within || within.ratio < LEAST_WITHIN) return null
  const comparison = scales.compare(fact, ABSENT, WITHIN_DAY, WITHIN_MEMORY)
  const logThreshold = thresholdOf(budget.alpha, budget.isNew, budget.facts, WITHIN_MEMORY)
  return {
    ...comparison,
    fact,
    subject: ABSENT,
    window: WITHIN_DAY,
    j: WITHIN_MEMORY,
    logP: logBennett(within),
    logThreshold,
    provedWithin: true,
  }
}

/** Machines that fell silent minutes after something came, of which nothing smaller is told of one practice. */
const LEAST_SILENT = 5

/**
 * Silence that picks, among the machines of a practice, those to which something came within the last minutes, says so by
 * itself where it goes on: what strikes a place takes those with and without. Null where it does not.
 */
function silentWithin(scales: Weighing, fact: FactId, budget: Budget): Test | null {
  const among = scales.among(fact, LOSS, FRESH)
  if (!among || among.observed < LEAST_SILENT) return null
  const logP = logAmong(among, scales.windowRisk(fact, LOSS, FRESH, WITHIN_MEMORY))
  const logThreshold = thresholdOf(budget.alpha, budget.isNew, budget.facts, WITHIN_MEMORY)
  if (logP > logThreshold) return null
  return {
    observed: among.observed,
    expected: among.expected,
    controlsObserved: Math.max(0, among.trials - among.observed),
    controlsExpected: Math.max(0, among.trials - among.expected),
    siblingsObserved: 0,
    siblingsExpected: 0,
    fact,
    subject: LOSS,
    window: FRESH,
    j: WITHIN_MEMORY,
    logP,
    logThreshold,
    provedWithin: true,
    isWithinAlone: true,
  }
}

function better(one: Test | null, other: Test | null): Test | null {
  if (!one || !other) return one ?? other
  return other.logThreshold - other.logP > one.logThreshold - one.logP ? other : one
}

/** The test as the finding tells it. */
export function strengthOf(test: Test): Strength {
  return {
    failureClass: ruleOf(test.subject).name,
    ageWindow: AGE_NAMES[test.window],
    memorySeconds: MEMORIES[test.j],
    observed: test.observed,
    expected: test.expected,
    controlsObserved: test.controlsObserved,
    controlsExpected: test.controlsExpected,
    log10P: test.logP / Math.LN10,
    log10Threshold: test.logThreshold / Math.LN10,
  }
}
