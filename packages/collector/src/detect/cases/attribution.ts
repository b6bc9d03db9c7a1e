import type { Scales } from '../counts/scales.ts'
import { logBennett } from '../counts/strata.ts'
import { MEMORIES, type MemoryId } from '../numbers/memory.ts'
import { HOUR } from '../numbers/seconds.ts'
import { isWave } from '../suspects/strength.ts'
import { ANY, FRESH, FRESH_SECONDS } from '../words/ages.ts'
import {
  ABSENT,
  APP,
  CLASS_COUNT,
  CLASSES,
  type ClassId,
  CRASH,
  LONG_GONE,
  LOSS,
  NO_RETURN,
  PER_TIME,
  SITE,
} from '../words/classes.ts'
import { ageOf, type FailureRecord } from '../words/failure.ts'
import type { SiteId } from '../words/ids.ts'
import { classOf, isMark, type Mark } from '../words/subject.ts'
import { dominantCulprit, explains, type Incident, type Seen } from './incident.ts'

/** Failures must be this many times what is normal among exposed machines: then half and more are the suspect's doing. */
const LEAST_EXCESS = 2
/** And so many that luck gives them less often than this: one silence where a fifth of one was due says nothing. */
const LUCK = 0.05
/** A list may have so many wrong entries: where fewer are to be expected, each of its failures is taken. */
const LEAST_WRONG = 0.03
/** What does not bear the mark of the crashes that raised the incident must be surer, for the incident does without. */
const MARK_LUCK = 0.001
/** The chance (natural log) under which a morning's absences are not luck. */
const LOG_SURE = Math.log(0.001)
/** Beyond so many the first condition decides alone, for twice the normal is then never luck. */
const MANY = 30
/** Failures within this time are taken together, by the pace at which the incident was raised. Seconds. */
const BURST_SECONDS = 1800
const SLOW_SECONDS = 12 * HOUR
/** The shortest memory, five minutes. */
const MINUTES: MemoryId = 0
/**
 * What fails within two minutes of the suspect's coming is counted apart as well: hardly anything else has the time to
 * strike then, however common such failures are over half an hour.
 */
const AT_ONCE_SECONDS = 120
/** The first minute of an incident is taken whole. */
const LEAST_SECONDS = 60

/** Silence so many times as long after the suspect came as nine in ten of the latest failures is another matter. */
const MUCH_LATER = 10
const MOST_SHARE = 0.9
/** Fewer tell nothing of how soon the suspect strikes; of more the latest do; on a longer list one wrong entry is no matter. */
const LEAST_AGES = 5
const LATEST_AGES = 64
const LONG_LIST = 500

/**
 * Whether the machine fell silent long after the suspect had come, where those that fail by it do so within minutes: content
 * that cuts machines off at once does not cut off the one that has had it for two hours. Blue screens speak for themselves.
 * @param ages of the incident's failures in the order in which they became known, seconds since the suspect came
 */
function isMuchLater(incident: Incident, record: FailureRecord, ages: () => readonly number[]): boolean {
  const [cls] = record.classes
  if (record.crashKind !== null || (cls !== LOSS && cls !== SITE)) return false
  const age = ageOf(record, incident.fact)
  if (!(age > FRESH_SECONDS) || !Number.isFinite(age)) return false
  const latest = ages()
    .slice(-LATEST_AGES)
    .toSorted((a, b) => a - b)
  return latest.length >= LEAST_AGES && age > MUCH_LATER * (latest[Math.floor(MOST_SHARE * latest.length)] ?? age)
}

/**
 * Machines that have the suspect also fail for other reasons. A failure is taken to be the incident's while there are at
 * least twice as many of its kind (a class, or crashes that name the incident's culprit) as its exposed machines normally
 * have, which is to say that the attributable fraction among the exposed, 1 − expected/observed (Miettinen, Am J Epidemiol
 * 1974), is at least a half. Restarts and boots are left out: one that fails under a suspect raised for that is the
 * incident's more often than not; but not under one that is blamed for crashes of machines that run, nor a restart that
 * takes long under one that is blamed for anything else.
 */
export function needsExcess(incident: Incident, record: FailureRecord): boolean {
  const cls = record.classes[0]
  if (cls === undefined) return false
  const { subject } = incident.test
  const isOfRunning = isMark(subject) && subject.phase === CRASH
  const isAnotherMatter = isOfRunning || (isRestart(cls) && !isRestart(classOf(subject)))
  if (CLASSES[cls].denominator !== PER_TIME && cls !== ABSENT && !isAnotherMatter) return false
  // Windows itself is blamed for much; a driver that hardly ever crashes is in excess with its first crash
  return isOwn(incident, record) || !namesCulprit(incident, record)
}

function isRestart(cls: ClassId): boolean {
  return cls === NO_RETURN || cls === LONG_GONE
}

/** Whether the crash names the culprit of the incident: of the crashes that raised it, or of most that joined. */
function namesCulprit(incident: Incident, record: FailureRecord): boolean {
  if (record.culprit === null) return false
  return isOwn(incident, record) || record.culprit.toLowerCase() === dominantCulprit(incident)
}

/** Whether the failure is a blue screen that names a culprit, and not the incident's. */
export function namesAnother(incident: Incident, record: FailureRecord): boolean {
  if (record.crashKind !== 'bugcheck' || record.culprit === null) return false
  return needsExcess(incident, record) && !namesCulprit(incident, record)
}

/** Whether the crash names the culprit whose crashes raised the incident. */
function isOwn({ test }: Incident, record: FailureRecord): boolean {
  return isMark(test.subject) && record.culprit?.toLowerCase() === test.subject.culprit
}

/**
 * Failures of one kind are counted together: those of a class, apart where they are known to be bugchecks, and where they
 * name the incident's culprit.
 */
function kindOf(incident: Incident, record: FailureRecord): number {
  const known = isOwn(incident, record) ? 2 : record.crashKind === 'bugcheck' ? 1 : 0
  return (record.classes[0] ?? 0) + known * CLASS_COUNT
}

/** The kind under which a failure that came at once after the suspect is counted as well, or null. */
function kindAtOnce(incident: Incident, record: FailureRecord): number | null {
  const cls = record.classes[0]
  if (cls === undefined || cls === SITE || cls === APP || CLASSES[cls].denominator !== PER_TIME) return null
  return ageOf(record, incident.fact) <= AT_ONCE_SECONDS ? kindOf(incident, record) + 3 * CLASS_COUNT : null
}

/** The class with whose normal rate the failure is compared. */
function countedAs({ crashKind, classes }: FailureRecord): ClassId {
  return crashKind === 'bugcheck' ? CRASH : (classes[0] ?? CRASH)
}

/** How far back failures are taken together: of a burst minutes, of a slow poison half a day. Seconds. */
function patience(incident: Incident): number {
  return MEMORIES[incident.test.j] > HOUR ? SLOW_SECONDS : BURST_SECONDS
}

/** One more failure of a kind. Machines of one dark practice, which come one after another, are one. */
function seeing(incident: Incident, before: Seen | undefined, record: FailureRecord): Seen {
  const { knownAt, site } = record
  const { total, lately, at } = before ?? { total: 0, lately: 0, at: knownAt }
  const more = isSamePractice(before?.site, record) ? 0 : 1
  return {
    total: total + more,
    lately: lately * Math.exp(-(knownAt - at) / patience(incident)) + more,
    at: knownAt,
    site,
  }
}

/** How many failures (in the order in which they became known) became known shortly before or after each. */
function neighbours(incident: Incident, records: readonly FailureRecord[]): number[] {
  const seconds = patience(incident)
  const times = records.filter((r, i) => !isSamePractice(records[i - 1]?.site, r)).map((r) => r.knownAt)
  let from = 0
  let to = 0
  return records.map(({ knownAt }) => {
    while ((times[from] ?? knownAt) < knownAt - seconds) from++
    while (to < times.length && (times[to] ?? 0) <= knownAt + seconds) to++
    return to - from
  })
}

function isSamePractice(siteBefore: SiteId | undefined, record: FailureRecord): boolean {
  return record.classes[0] === SITE && record.site === siteBefore
}

/**
 * Whether `lately` failures of the record's kind, this one among them, are more than the background explains.
 * @param sides 1 where `lately` looks back only, 2 where it looks back and ahead
 */
export function isExcess(
  incident: Incident,
  record: FailureRecord,
  lately: number,
  sides: 1 | 2,
  scales: Scales,
  now: number,
): boolean {
  const cls = countedAs(record)
  // their server is down for everybody, and those that have the suspect are no exception
  if (cls === APP && isWave(scales.compare(incident.fact, APP, ANY, MINUTES), MINUTES)) return false
  const lasted = now - Math.min(incident.firstFailure, record.failedAt) + LEAST_SECONDS
  if (cls === ABSENT) {
    const within = scales.absentWithin(incident.fact)
    if (within && within.ratio >= LEAST_EXCESS && logBennett(within) < LOG_SURE) return true
    // At weekends and on holidays hundreds stay at home, which is no part of crashes of machines that run.
    if (incident.test.subject !== ABSENT) return false
    const { expected } = scales.background(incident.fact, cls, lasted <= HOUR ? 1 : 2)
    return isMore(lately, expected, LUCK)
  }
  const seconds = patience(incident)
  const { subject, j } = incident.test
  if (isOwn(incident, record) && isMark(subject)) {
    // of a driver that hardly ever crashes nearly every crash is the incident's, be the last one hours ago
    if (isRare(incident, subject, lasted + seconds, scales)) return true
    const expected = scales.expectedOfHolders(incident.fact, subject, j, Math.min(sides * seconds, lasted + seconds))
    return isMore(lately, expected, LUCK)
  }
  const normal = scales.background(incident.fact, cls, seconds > HOUR ? 2 : 1)
  const overMemory = sides * normal.expected
  const pace = CLASSES[cls].denominator === PER_TIME ? normal.perSecond * Math.min(sides * seconds, lasted) : overMemory
  // of a burst less time has passed than its memory is long; a slow poison outlasts it, and by night few machines are on
  const expected = lasted > seconds ? Math.max(pace, overMemory) : Math.min(pace, overMemory)
  return isMoreOf(incident, lately, expected + normal.leaving)
}

/**
 * Whether `lately` failures of the record's kind that came at once after the suspect, this one among them, are more than the
 * background explains: were each of the machines that have it now watched through these minutes.
 */
function isExcessAtOnce(incident: Incident, record: FailureRecord, lately: number, scales: Scales): boolean {
  const cls = countedAs(record)
  const { fact, test } = incident
  const expected =
    scales.background(fact, cls, MINUTES).perSecond * AT_ONCE_SECONDS * scales.windowRisk(fact, cls, FRESH, test.j)
  return isMoreOf(incident, lately, expected)
}

/** Whether one more failure, as it becomes known, is more than what the incident's machines have anyway; notes that it was seen. */
export function isInExcess(incident: Incident, record: FailureRecord, scales: Scales): boolean {
  const see = (kind: number): Seen => {
    const seen = seeing(incident, incident.seen.get(kind), record)
    incident.seen.set(kind, seen)
    return seen
  }
  const ages = () => [...incident.affected.values()].flatMap(({ failure }) => failure.secondsAfterExposure ?? [])
  if (incident.affected.size <= LONG_LIST && isMuchLater(incident, record, ages)) return false
  const { total, lately } = see(kindOf(incident, record))
  const soon = kindAtOnce(incident, record)
  if (soon !== null && isExcessAtOnce(incident, record, see(soon).lately, scales)) return true
  const many = record.classes[0] === ABSENT ? total : lately
  return isExcess(incident, record, many, 1, scales, record.knownAt)
}

/**
 * Which of failures that are looked back on are more than what the incident's machines have anyway; notes that all were seen.
 * @returns whether one of them is, or needs not be
 */
export function thoseInExcess(
  incident: Incident,
  failures: readonly FailureRecord[],
  scales: Scales,
  now: number,
): (record: FailureRecord) => boolean {
  const taken = new Set(failures.filter((record) => !needsExcess(incident, record)))
  const ages =
    failures.length > LONG_LIST ? [] : failures.map((record) => ageOf(record, incident.fact)).filter(Number.isFinite)
  const asked = failures
    .filter((record) => !taken.has(record) && !isMuchLater(incident, record, () => ages))
    .toSorted((a, b) => a.knownAt - b.knownAt)
  const look = (
    kindOfRecord: typeof kindAtOnce,
    isMoreThanDue: (record: FailureRecord, near: number, all: number) => boolean,
  ): void => {
    for (const [kind, records] of Map.groupBy(asked, (record) => kindOfRecord(incident, record))) {
      if (kind === null) continue
      const near = neighbours(incident, records)
      records.forEach((record, i) => {
        if (isMoreThanDue(record, near[i] ?? 0, records.length)) taken.add(record)
      })
      const seen = records.reduce<Seen | undefined>((before, r) => seeing(incident, before, r), undefined)
      if (seen) incident.seen.set(kind, seen)
    }
  }
  // Before and after: of a burst the first is as much in excess as the last.
  look(kindOf, (record, near, all) =>
    isExcess(incident, record, record.classes[0] === ABSENT ? all : near, 2, scales, now),
  )
  look(kindAtOnce, (record, near) => isExcessAtOnce(incident, record, near, scales))
  return (record) => taken.has(record)
}

/** Whether hardly a crash with the mark was due in so many seconds on machines with the suspect, beside those that came. */
function isRare(incident: Incident, mark: Mark, seconds: number, scales: Scales): boolean {
  const expected = scales.expectedOfHolders(incident.fact, mark, incident.test.j, seconds)
  return expected <= LEAST_WRONG * (incident.culprits.get(mark.culprit) ?? 0)
}

/**
 * Whether a crash is one more of an incident that had ended: of another machine with its suspect, it names the culprit, and
 * of that hardly a crash was due in all the time since the first. A leak pauses for longer than an incident stays open.
 */
export function goesOn(incident: Incident, record: FailureRecord, scales: Scales, now: number): boolean {
  const { mark, machine } = record
  if (mark === null || !namesCulprit(incident, record) || incident.affected.has(machine)) return false
  return explains(incident, record) && isRare(incident, mark, now - incident.firstFailure, scales)
}

/** Beside crashes with a mark one failure without it says nothing by being there: others like it must be in excess. */
function isMoreOf({ test }: Incident, observed: number, expected: number): boolean {
  return isMark(test.subject) ? isMore(observed - 1, expected, MARK_LUCK) : isMore(observed, expected, LUCK)
}

/** Twice the expected, and not by luck: P(X ≥ k) of a Poisson count with mean μ is under `luck`. */
function isMore(observed: number, expected: number, luck: number): boolean {
  if (observed < LEAST_EXCESS * expected) return false
  if (observed > MANY) return true
  let term = Math.exp(-expected)
  let fewer = 0
  for (let k = 0; k < Math.floor(observed); k++) {
    fewer += term
    term *= expected / (k + 1)
  }
  return 1 - fewer < luck
}
