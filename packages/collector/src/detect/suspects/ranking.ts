import type { Evidence } from '../counts/evidence.ts'
import { MEMORIES, type MemoryId } from '../numbers/memory.ts'
import { DAY, HOUR } from '../numbers/seconds.ts'
import { AGE_COUNT, ANY, inWindow, LEFT, WINDOWS, WINDOWS_SINCE, type WindowId } from '../words/ages.ts'
import { ABSENT, BOOT, CRASH, HARD, LOSS, PER_TIME, SITE } from '../words/classes.ts'
import type { FactRegistry } from '../words/facts.ts'
import { type FailureRecord, wasFailingBefore, weightOf } from '../words/failure.ts'
import type { FactId, MachineId } from '../words/ids.ts'
import { isMark, isSilence, type Mark, ruleOf, type Subject } from '../words/subject.ts'
import type { Books, Candidate, Question } from './candidate.ts'
import { onsetExposure, onsetsOf } from './onset.ts'
import { lookBack, riseBefore } from './rise.ts'
import { againstSuccessor } from './successor.ts'
import { priorOf } from './suspicion.ts'

/** A suspect has this share of the failed machines that the flagged fact has. */
const LEAST_COVER = 0.5
/** Fewer failures say nothing about which fact. */
const LEAST_FAILURES = 2
/** Failures looked at in a mass incident; evenly chosen, each weighing for those left out. */
const MAX_FAILURES = 2000
/** A class in which fewer of the suspect's machines failed than this share of those of another says less than that one. */
const LEAST_VIEW = 0.25
/** A mark is common to crashes where this share of them bears it. */
const COMMON_SHARE = 0.8
/** What is expected is never nothing. */
const LEAST_EXPECTED = 1e-7
/** Evidence looks back this many memories, and at least half an hour. */
const LOOK_BACK = 2.5
const LEAST_LOOK_BACK = 1800

/** Where machines failed so many times as often before the fact came, the ages at which they fail with it say nothing. */
const MUCH_RISEN = 1.5
/** Three onsets were tried, each with two ends chosen among the failures' own ages (natural log). */
const ONSET_PRICE = Math.log(60)
/** What is taken from a product's score beside a version of its own that came lately, to this share of those that failed. */
const OWN_VERSION = Math.log(40)
const OWN_VERSION_COVERS = 0.7

export interface Ranking {
  readonly subject: Subject
  readonly j: MemoryId
  /** Best first. */
  readonly candidates: readonly Candidate[]
  /** The failures of the class that it looked at, with the flagged fact or without. */
  readonly failures: readonly FailureRecord[]
}

/**
 * Which fact explains the failures: profile likelihood gain G = K ln(K/L) − (K − L), the best over age windows, plus the
 * log prior, for every fact that covers half of the failures. Looks at the classes that one cause shows itself in.
 */
export function rankSuspects(question: Question, evidence: Evidence, books: Books, now: number): Ranking | null {
  const mark = isMark(question.subject) ? null : commonMark(question, evidence, now)
  if (mark) return rankSuspects({ ...question, subject: mark }, evidence, books, now)
  const age = now - question.firstFailure
  const j = age <= 0.75 * HOUR ? 1 : age <= 8 * HOUR ? 2 : 3
  const views = subjectsToLookAt(question.subject, j).map((view) => viewOf(question, view, evidence, now))
  const most = Math.max(...views.map(({ flagged, stride }) => flagged.length * stride))
  let best: Ranking | null = null
  for (const view of views) {
    const { subject, j: memory, failures, flagged, stride } = view
    if (flagged.length < LEAST_FAILURES || flagged.length * stride < LEAST_VIEW * most) continue
    const candidates = rankFacts(question, view, books, now)
    const first = candidates[0]
    if (first && (best === null || first.score > (best.candidates[0]?.score ?? 0)))
      best = { subject, j: memory, candidates, failures }
  }
  return best
}

/** The failures of a class that the question is about, as of now. */
function viewOf(
  question: Question,
  [subject, j]: readonly [Subject, MemoryId],
  evidence: Evidence,
  now: number,
): Material {
  const isTheirs = ({ incident }: FailureRecord) =>
    incident === 0 || incident === question.incident || question.related.has(incident)
  const from = now - Math.max(LEAST_LOOK_BACK, LOOK_BACK * MEMORIES[j])
  const lead = question.subject === ABSENT ? 4 * DAY : isSilence(subject) ? 300 : 60
  const all = evidence.of(subject, from).filter((r) => r.failedAt > question.firstFailure - lead && isTheirs(r))
  const stride = Math.max(1, Math.ceil(all.length / MAX_FAILURES))
  const failures = stride === 1 ? all : all.filter((_, i) => i % stride === 0)
  return {
    subject,
    j,
    failures,
    flagged: failures.filter((r) => (question.formerly ? r.former : r.facts).includes(question.flagged)),
    stride,
    before: evidence.of(subject, lookBack(j, now)).filter((r) => isTheirs(r) || !question.open.has(r.incident)),
  }
}

/**
 * The mark that nearly all of the crashes with the flagged fact bear: then every crash that bears it is evidence, of machines
 * without the flagged fact and of before it came too. Null where they differ, or few are known.
 */
function commonMark(
  { subject, flagged, firstFailure, incident }: Question,
  evidence: Evidence,
  now: number,
): Mark | null {
  if (subject !== CRASH && subject !== HARD && subject !== BOOT) return null
  const marks = new Map<string, { mark: Mark; n: number }>()
  let crashes = 0
  for (const record of evidence.of(subject, Math.min(firstFailure, now - LEAST_LOOK_BACK))) {
    if (record.crashKind !== 'bugcheck' || !record.facts.includes(flagged)) continue
    if (record.incident !== 0 && record.incident !== incident) continue
    crashes++
    const { mark } = record
    if (mark) marks.set(mark.key, { mark, n: (marks.get(mark.key)?.n ?? 0) + 1 })
  }
  const [most] = [...marks.values()].toSorted((a, b) => b.n - a.n)
  return most && most.n >= LEAST_FAILURES && most.n >= COMMON_SHARE * crashes ? most.mark : null
}

/** Silence turns into unclean boots, and these into boot failures; other classes stand alone. */
function subjectsToLookAt(subject: Subject, j: MemoryId): (readonly [Subject, MemoryId])[] {
  if (isSilence(subject))
    return [
      [LOSS, 1],
      [SITE, 1],
      [HARD, j],
      [BOOT, j],
    ]
  if (subject === HARD)
    return [
      [HARD, j],
      [CRASH, j],
    ]
  return [[subject, j]]
}

interface Tally {
  readonly observed: Float64Array
  readonly ages: number[]
  formerly: number
  readonly onsets: { age: number; weight: number }[]
}

interface Material {
  readonly subject: Subject
  readonly j: MemoryId
  readonly failures: readonly FailureRecord[]
  readonly flagged: readonly FailureRecord[]
  readonly stride: number
  /** Failures of before, for a rise that had begun. */
  readonly before: readonly FailureRecord[]
}

function rankFacts(question: Question, material: Material, books: Books, now: number): Candidate[] {
  const { ledger, scales } = books
  const { subject, j, failures, flagged, stride } = material
  const isFlagged = new Set(flagged)
  const tallies = new Map<FactId, Tally>()
  const tally = (fact: FactId) => {
    let t = tallies.get(fact)
    if (!t) tallies.set(fact, (t = { observed: new Float64Array(AGE_COUNT), ages: [], formerly: 0, onsets: [] }))
    return t
  }
  for (const record of failures) {
    const w = stride * weightOf(record, subject, j, now)
    record.facts.forEach((fact, i) => {
      const factAge = record.ages[i] ?? Number.POSITIVE_INFINITY
      if (wasFailingBefore(record, factAge)) return
      const t = tally(fact)
      for (const window of WINDOWS_SINCE)
        if (inWindow(factAge, window)) t.observed[window] = (t.observed[window] ?? 0) + w
      if (isFlagged.has(record)) t.ages.push(factAge)
      if (Number.isFinite(factAge) && w > 0) t.onsets.push({ age: factAge, weight: w })
    })
    record.former.forEach((fact) => {
      const t = tally(fact)
      t.observed[LEFT] = (t.observed[LEFT] ?? 0) + w
      if (isFlagged.has(record)) t.formerly++
    })
  }
  const failedAt = new Map(failures.map((r) => [r.machine, r.failedAt]))
  const rate = scales.evenRate(subject, j, question.flagged)
  const candidates: Candidate[] = []
  for (const [fact, t] of tallies) {
    const covers = t.ages.length / flagged.length
    const formerly = t.formerly / flagged.length
    if (Math.max(covers, formerly) < LEAST_COVER || ledger.exposure.slots.find(fact) < 0) continue
    let gain = 0
    let window: WindowId = ANY
    const rise = riseBefore(books, fact, subject, j, material.before, now)
    const evenly = (a: WindowId) => Math.max(LEAST_EXPECTED, rise * scales.expectedEvenly(fact, subject, a, j, rate))
    const all = evenly(ANY)
    let expected = all
    for (const a of WINDOWS) {
      const k = t.observed[a] ?? 0
      const l = a === ANY ? all : evenly(a)
      const g = riskyGain(k, l, scales.windowRisk(fact, subject, a, j), ruleOf(subject).cap)
      if (g > gain) [gain, window, expected] = [g, a, l]
    }
    if (rise < MUCH_RISEN) gain = Math.max(gain, onsetGain(fact, t, { ...material, all, rate }, failedAt, books, now))
    const ages = t.ages.toSorted((a, b) => a - b)
    const medianAge = ages[ages.length >> 1] ?? Number.POSITIVE_INFINITY
    const { prior, isNew, isOld, reasons } = priorOf(fact, medianAge, window, question, ledger, now)
    candidates.push({
      fact,
      observed: t.observed[window] ?? 0,
      expected,
      window,
      covers: Math.max(covers, formerly),
      medianAge,
      prior,
      score: gain + prior,
      isNew,
      isOld,
      reasons,
    })
  }
  const judged = candidates
    .map((c) => (c.window === LEFT ? againstSuccessor(c, candidates, failures, books, now) : c))
    .map((c) => againstOwnVersion(c, candidates, ledger.facts))
  return judged.toSorted((a, b) => b.score - a.score || a.fact - b.fact)
}

/**
 * A product that has been there is not what made its machines fail just now, where a version of its own came to most of
 * them days before or less: that it explains the odd machine which had failed already, and the version not, says little.
 */
function againstOwnVersion(candidate: Candidate, all: readonly Candidate[], facts: FactRegistry): Candidate {
  if (candidate.isNew || facts.get(candidate.fact).kind !== 'product') return candidate
  const hasCome = all.some(
    (c) => c.isNew && c.covers >= OWN_VERSION_COVERS && facts.isProductOf(candidate.fact, c.fact),
  )
  return hasCome ? { ...candidate, score: candidate.score - OWN_VERSION } : candidate
}

/**
 * The likelihood gain when the failure rate may differ between ages within the onset and all others: the sum of both
 * gains, less the price of having chosen the onset.
 */
function onsetGain(
  fact: FactId,
  tally: Tally,
  material: Material & { readonly all: number; readonly rate: number },
  failedAt: ReadonlyMap<MachineId, number>,
  books: Books,
  now: number,
): number {
  const { subject, j, all, rate } = material
  if (ruleOf(subject).denominator !== PER_TIME) return 0
  const gains = onsetsOf(tally.onsets.map((o) => o.age)).map((onset) => {
    const within = tally.onsets.reduce((sum, o) => (o.age >= onset.from && o.age <= onset.to ? sum + o.weight : sum), 0)
    const exposed = onsetExposure(books.fleet, fact, onset, failedAt, MEMORIES[j], now)
    if (exposed === null) return 0
    const expected = Math.min(all, Math.max(LEAST_EXPECTED, rate * exposed))
    const outside = gainOf((tally.observed[ANY] ?? 0) - within, Math.max(LEAST_EXPECTED, all - expected))
    return gainOf(within, expected) + outside - ONSET_PRICE
  })
  return Math.max(0, ...gains)
}

/**
 * The gain in a window in which machines normally fail `risk` times as often: as if they did, or as if they did not, less
 * what it costs to doubt it: the log-density of a gamma-known factor at 1 instead of its mode, known from `cap` failures.
 */
function riskyGain(k: number, l: number, risk: number, cap: number): number {
  return Math.max(gainOf(k, l * risk), gainOf(k, l) - cap * (1 / risk - 1 + Math.log(risk)))
}

/** K ln(K/L) − (K − L): how much likelier K failures are at the rate K/L times the normal one; 0 where they are fewer. */
function gainOf(k: number, l: number): number {
  return k > l ? k * Math.log(k / l) - (k - l) : 0
}
