import type { Casebook } from './cases/casebook.ts'
import type { Incident } from './cases/incident.ts'
import type { Judge } from './cases/judge.ts'
import type { Baselines } from './counts/baselines.ts'
import type { Counts } from './counts/counts.ts'
import { correlationOf } from './counts/dependence.ts'
import type { Evidence } from './counts/evidence.ts'
import type { Marks } from './counts/marks.ts'
import { COMPARED, type Neighbours } from './counts/neighbours.ts'
import type { Votes } from './counts/votes.ts'
import type { Fleet } from './fleet/fleet.ts'
import { neighboursOf } from './fleet/neighbourhood.ts'
import { MEMORIES, MEMORY_IDS, type MemoryId } from './numbers/memory.ts'
import { DAY } from './numbers/seconds.ts'
import { ARRIVAL_SLACK } from './words/ages.ts'
import { type ClassId, RETURN_SECONDS } from './words/classes.ts'
import type { FactRegistry } from './words/facts.ts'
import { addFact, type FailureRecord, SAME_CRASH_SECONDS, type Vote } from './words/failure.ts'
import { type FactId, ids, type MachineId } from './words/ids.ts'
import type { CrashObservation } from './words/observation.ts'
import type { Mark } from './words/subject.ts'

/** What is known of a failure when it is counted. Seconds epoch. */
export interface NewFailure {
  readonly machine: MachineId
  readonly failedAt: number
  readonly classes: readonly ClassId[]
  readonly mark?: Mark
  readonly crash?: CrashObservation
  /** Known to be a bugcheck, of which no report has come yet. */
  readonly bugcheck?: boolean
  /** Instead of the practice's renewing vote. */
  readonly weight?: number
  /** Facts that it is presumed to have had besides, since we could not hear of them. */
  readonly presumed?: readonly FactId[]
}

interface Parts {
  readonly facts: FactRegistry
  readonly fleet: Fleet
  readonly votes: Votes
  readonly counts: Counts
  readonly marks: Marks
  readonly neighbours: Neighbours
  readonly baselines: Baselines
  readonly evidence: Evidence
  readonly casebook: Casebook
  readonly judge: Judge
}

/** Crashes that follow one another are one loop for so long. */
const LONGEST_LOOP_SECONDS = DAY

/** Up for so long since its last crash, a machine that an incident explains was well again: loops crash sooner. */
const WELL_SECONDS = 900

/** Where a failure goes: to the incident that explains it, or else into the counts and before the judge. */
export class Failures {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A machine failed. Returns the record, or null when it neither has a vote nor belongs to an incident. */
  fail(failure: NewFailure, now: number): FailureRecord | null {
    const { machine, failedAt, crash, presumed = [] } = failure
    const { machines } = this.#parts.fleet
    const site = machines.siteOf(machine)
    const region = this.#parts.fleet.regionOf(site)
    const isAnew = crash?.kind === 'bugcheck' && this.#wasWell(machine, failedAt)
    if (isAnew) this.#forgetLoop(machine)
    if (crash?.kind === 'bugcheck') this.noteCrash(machine, failedAt)
    const previousCrash = this.#crashBefore(machine, crash)
    const view = this.#parts.fleet.factsAt(machine, failedAt)
    const classes: ClassId[] = []
    const votes: Vote[] = []
    // A fleet that is just enrolled tells a day of history, in which nobody counted machine-time.
    const isHistory = crash !== undefined && failedAt < (machines.watchedSince[machine] ?? 0)
    const counts = !isHistory && machines.hasVoice(machine)
    for (const cls of counts ? failure.classes : []) {
      const isBugcheck = failure.bugcheck === true || crash?.kind === 'bugcheck'
      const correlation = correlationOf({ cls, isBugcheck, culprit: crash?.culprit ?? null })
      const vote = this.#parts.votes.cast({ machine, site, region, cls, correlation }, now, isAnew)
      if (!vote) continue
      classes.push(cls)
      votes.push({ ...vote, weights: MEMORY_IDS.map((j) => weigh(failure, vote.weights[j] ?? 0, now - failedAt, j)) })
    }
    const record: FailureRecord = {
      machine,
      site,
      region,
      failedAt,
      knownAt: now,
      classes,
      votes,
      mark: failure.mark ?? null,
      crashKind: crash?.kind ?? (failure.bugcheck ? 'bugcheck' : null),
      stopCode: crash?.stopCode ?? null,
      culprit: crash?.culprit ?? null,
      facts: ids([...view.present, ...presumed]),
      ages: Float32Array.from([...view.ages, ...presumed.map(() => 0)]),
      former: ids(view.former),
      formerAges: Float32Array.from(view.formerAges),
      beside: [],
      previousCrash,
      state: 'counted',
      backAt: 0,
      incident: 0,
    }
    const isHeard = classes.length > 0
    const told = isHeard ? record : { ...record, classes: failure.classes }
    const { casebook } = this.#parts
    const incident = isHeard ? this.#incidentOf(record, now) : casebook.explaining(told)
    if (!incident) casebook.contradict(told, now)
    if (crash && !isHistory && !machines.hasVoice(machine)) this.#parts.evidence.addUnheard(told)
    if (!isHeard && !incident) return null
    if (incident) {
      casebook.join(incident, told, now)
      record.state = 'explained'
      record.incident = incident.id
      if (isHeard) this.#parts.evidence.add(record)
      return record
    }
    if (failure.weight === undefined && classes.some((cls) => COMPARED.includes(cls)))
      record.beside = neighboursOf(this.#parts.fleet, this.#parts.facts, record)
    this.#parts.evidence.add(record)
    this.count(record, now, 1)
    if (failure.weight !== 0) for (const cls of classes) this.#parts.baselines.learnRaw(cls)
    this.#parts.judge.await(record)
    return record
  }

  /** The incident that explains the failure, or the closed one of which it is one more, open again. */
  #incidentOf(record: FailureRecord, now: number): Incident | null {
    const { casebook } = this.#parts
    return casebook.explaining(record) ?? casebook.goingOn(record, now)
  }

  /**
   * A machine tells of a fact that it had (since `arrived`) when it failed last: bad content stops a machine before it can
   * say that it came, and would else be taken for the fault of what was there before.
   */
  hadAfterAll(machine: MachineId, fact: FactId, arrived: number, now: number): void {
    const record = this.#parts.evidence.latestOf(machine)
    if (!record || record.state === 'gone' || record.failedAt + ARRIVAL_SLACK < arrived) return
    if (record.facts.includes(fact) || record.former.includes(fact)) return
    const wasCounted = record.state === 'counted'
    if (wasCounted) this.count(record, now, -1)
    addFact(record, fact, Math.max(0, record.failedAt - arrived))
    if (!wasCounted) return
    const incident = this.#incidentOf(record, now)
    if (incident) return this.#parts.casebook.join(incident, record, now)
    this.count(record, now, 1)
    this.#parts.judge.await(record)
  }

  /**
   * Remembers the machine's bugchecks, and the one before the latest. Of a loop that is the first: what a technician
   * installed on a machine that had begun to crash is not to blame for its going on.
   */
  noteCrash(machine: MachineId, failedAt: number): void {
    const { machines } = this.#parts.fleet
    const last = machines.lastCrash[machine] ?? 0
    if (failedAt - last <= SAME_CRASH_SECONDS) return
    const before = machines.previousCrash[machine] ?? 0
    if (before === 0 || last - before > LONGEST_LOOP_SECONDS) machines.previousCrash[machine] = last
    machines.lastCrash[machine] = Math.max(0, Math.floor(failedAt))
  }

  /**
   * Whether the machine's last crash was an incident's, and it was up for long since then: that it crashes once more is
   * another matter, of which it has a voice, and of which what came meanwhile may be to blame. A second bad version on the
   * machines of the first is known by this alone. Whoever has spoken so has done it for some hours.
   */
  #wasWell(machine: MachineId, failedAt: number): boolean {
    const last = this.#parts.fleet.machines.lastCrash[machine] ?? 0
    if (last === 0 || failedAt - last < WELL_SECONDS) return false
    const latest = this.#parts.evidence.latestOf(machine)
    if (latest?.state === 'counted' && latest.crashKind !== null) return false
    return this.#parts.casebook.hasExplained(machine, last)
  }

  #forgetLoop(machine: MachineId): void {
    const { machines } = this.#parts.fleet
    machines.lastCrash[machine] = 0
    machines.previousCrash[machine] = 0
  }

  /** The machine's bugcheck before this failure, of a loop the first, seconds epoch; 0 for none. */
  #crashBefore(machine: MachineId, crash: NewFailure['crash']): number {
    const { machines } = this.#parts.fleet
    const [last, before] = [machines.lastCrash[machine] ?? 0, machines.previousCrash[machine] ?? 0]
    const isLoop = before > 0 && last - before <= LONGEST_LOOP_SECONDS
    return crash?.kind === 'bugcheck' || isLoop ? before : last
  }

  /** Counts a failure for the statistics, or takes it out of them. */
  count(record: FailureRecord, now: number, sign: 1 | -1): void {
    this.#parts.counts.add(record, sign)
    this.#parts.marks.add(record, sign)
    this.#parts.baselines.learnFailure(record, sign)
    for (const cls of record.classes) this.#parts.neighbours.add(cls, record.beside, record.knownAt, now, sign)
  }

  /** The failure never was. */
  takeBack(record: FailureRecord, now: number): void {
    if (record.state === 'counted') {
      this.count(record, now, -1)
      record.state = 'gone'
    } else if (record.state === 'explained') this.#parts.casebook.withdraw(record, now)
    record.classes.forEach((cls, k) => {
      const vote = record.votes[k]
      if (vote) this.#parts.votes.takeBack(record.machine, record.site, cls, record.knownAt, vote)
    })
  }
}

/** The vote's weight under a memory: nothing where the news is older than the memory. */
function weigh(failure: NewFailure, vote: number, delay: number, j: MemoryId): number {
  if (failure.weight !== undefined) return failure.weight
  return delay > Math.max(RETURN_SECONDS, MEMORIES[j]) * 1.5 ? 0 : vote
}
