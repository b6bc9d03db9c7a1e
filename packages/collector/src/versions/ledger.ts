import { DAY, HOUR, SECOND } from '@pumphandle/shared/time'
import { versionKey } from '@pumphandle/shared/versions'
import { COMPONENT_KINDS } from '@pumphandle/shared/words'
import type { Fact, FactId, FactRegistry, Observation, Population } from '../detect/index.ts'
import { Census } from './census.ts'
import { type VersionFailure, VersionFailures } from './failures.ts'
import { RatioSequence } from './numbers/ratio-sequence.ts'
import { newRecord, recordOf, type StoredVersion, type VersionRecord } from './record.ts'

/** Machine-time is added up in steps; within a step the present number of machines stands in. */
const STEP_MS = 10 * SECOND
/** A longer pause was not watched, and is no machine-time. */
const LONGEST_STEP_MS = 60 * SECOND
/** Over which time a version's pace is taken. */
const PACE_MS = DAY
/** A version that no machine has had for this long is forgotten. */
const FORGET_MS = 90 * DAY
/** Versions that are counted: ten times a region's, so that nobody can fill the memory with invented ones. */
const MOST_RECORDS = 50_000
/** A failure and the incident's word for it are of one case when they are so near. */
const SAME_CASE_MS = HOUR
/** How long a failure may still be explained by an incident: one that is raised by a slow count looks back so far. */
const EXPLAINED_MS = 7 * DAY
/** Failures that are remembered for that; the oldest go first, on the worst of days. */
const MOST_REMEMBERED = 200_000

/** A failure was counted for a version, or taken back. */
export interface VersionCount {
  /** `kind:name@version`; null for the fleet, whatever it has. */
  readonly key: string | null
  readonly failure: VersionFailure
  /** Seconds from the version's arrival on the machine to the failure; Infinity where it was there before anyone looked. */
  readonly ageSeconds: number
  readonly sign: 1 | -1
}

/** What a failure added, so that it can be taken back. */
interface Counted {
  readonly record: VersionRecord
  readonly failure: VersionFailure
  readonly ageSeconds: number
  readonly compared: readonly { readonly record: VersionRecord; readonly odds: number; readonly onNewer: boolean }[]
}

/** The whole fleet, whatever its versions. */
export interface FleetTotals {
  exposedMs: number
  crashes: number
}

/**
 * How long machines had each version, and how they failed beside others: what verdicts are made of. Told what the detector is
 * told, after it. Costs a step the versions in use, a failure the versions of its machine that have others beside them.
 */
export class VersionLedger {
  readonly #population: Population
  readonly #facts: FactRegistry
  readonly #census: Census
  readonly #failures: VersionFailures
  readonly #records = new Map<number, VersionRecord>()
  /** Of seconds that are not over: the detector takes each whole second, and one frame may be told on either side of its end. */
  #waiting: Observation[] = []
  #now = Number.NaN
  /** What is counted of machines that may turn out to have been well. */
  readonly #uncertain = new Map<number, Counted[]>()
  /** What a machine's last failure added, for an incident that explains it later. */
  readonly #latest = new Map<number, Counted[]>()
  /** Machines whose failure an incident explains: by which versions, and when they failed. */
  readonly #explained = new Map<number, { readonly causes: readonly string[]; readonly failedAt: number }>()
  readonly #seenAt = new Map<number, number>()
  /**
   * By what versions are ordered, and the next lower one of each, since the last step: a failure asks for that of every version of
   * each product on its machine, of which some have hundreds.
   */
  readonly #order = new Map<number, string>()
  readonly #lowers = new Map<number, VersionRecord | undefined>()
  readonly fleet: FleetTotals = { exposedMs: 0, crashes: 0 }
  /** Told of each failure as it is counted; nobody where nothing is shared with others. */
  onCount: ((count: VersionCount) => void) | undefined
  #steppedAt = Number.NaN
  #isOpen = false
  /** Versions with failures since {@link takeChanged}. */
  readonly #changed = new Set<VersionRecord>()
  #forgotten: string[] = []

  constructor(population: Population, facts: FactRegistry) {
    this.#population = population
    this.#facts = facts
    this.#census = new Census(population, facts)
    this.#failures = new VersionFailures(
      population,
      (failure) => this.#count(failure),
      (machine) => this.#takeBack(machine),
    )
  }

  /**
   * Begins to count, with what was counted before. Nothing that is told before this is counted.
   * @param crashes of the last fortnight, which have been counted
   */
  open(
    stored: Iterable<{ key: string; version: StoredVersion }>,
    fleet: FleetTotals,
    crashes: Iterable<{ machine: number; at: number }>,
    now: number,
  ): void {
    for (const { key, version } of stored) {
      const fact = this.#facts.intern(key)
      this.#records.set(fact, recordOf(key, version))
      this.#seenAt.set(fact, now)
    }
    Object.assign(this.fleet, fleet)
    for (const { machine, at } of crashes) this.#failures.restore(machine, at)
    this.#lowers.clear()
    this.#steppedAt = now
    this.#isOpen = true
  }

  observe(observation: Observation): void {
    if (observation.type === 'machine') this.#failures.know(observation.machine, this.#isOpen ? observation.at : null)
    if (this.#isOpen && observation.type !== 'component') this.#waiting.push(observation)
  }

  /** Time passes: call once a second, after the detector. */
  tick(now: number): void {
    if (!this.#isOpen) return
    this.#census.tick()
    if (now - this.#steppedAt >= STEP_MS) this.#step(now)
    this.#now = now
    const until = (Math.floor(now / SECOND) - 1) * SECOND
    // nearly always in order: what is not waits for what was told before it
    let over = 0
    while ((this.#waiting[over]?.at ?? until) < until) over++
    for (const observation of this.#waiting.splice(0, over)) this.#failures.observe(observation)
    this.#failures.tick(now)
  }

  get(key: string): VersionRecord | undefined {
    const fact = this.#facts.find(key)
    return fact === undefined ? undefined : this.#records.get(fact)
  }

  records(): IterableIterator<VersionRecord> {
    return this.#records.values()
  }

  /** Machines that have a version now, connected or not. */
  machinesWith(key: string): number {
    const fact = this.#facts.find(key)
    return fact === undefined ? 0 : this.#population.holders(fact)
  }

  /** The version that a version is, or would be, compared with: the next lower one that machines had. */
  before(record: VersionRecord): VersionRecord | undefined {
    if (record.before !== null) return this.get(record.before)
    const fact = this.#facts.find(record.key)
    return fact === undefined ? undefined : this.#lower(fact)
  }

  /** Versions that failed since the last call. */
  takeChanged(): VersionRecord[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  /** Versions that were forgotten since the last call. */
  takeForgotten(): string[] {
    const forgotten = this.#forgotten
    this.#forgotten = []
    return forgotten
  }

  #step(now: number): void {
    const ms = Math.min(now - this.#steppedAt, LONGEST_STEP_MS)
    this.#steppedAt = now
    this.fleet.exposedMs += this.#population.connected * ms
    const kept = Math.exp(-ms / PACE_MS)
    this.#lowers.clear()
    for (let fact = 0; fact < this.#facts.size; fact++) {
      const machines = this.#population.connectedWith(fact)
      const record = this.#records.get(fact) ?? (machines > 0 ? this.#begin(fact, now) : undefined)
      if (!record) continue
      record.exposedMs += machines * ms
      record.pace = record.pace * kept + machines * (1 - kept)
      if (machines > 0) this.#seenAt.set(fact, now)
      else if (now - (this.#seenAt.get(fact) ?? now) > FORGET_MS) this.#forget(fact)
    }
  }

  #begin(fact: number, now: number): VersionRecord | undefined {
    const { key, kind } = this.#facts.get(fact)
    // a product and a model have no versions
    if (!isComponentKind(kind) || this.#records.size >= MOST_RECORDS) return undefined
    const record = newRecord(key, now)
    this.#records.set(fact, record)
    return record
  }

  #forget(fact: number): void {
    this.#forgotten.push(this.#facts.get(fact).key)
    this.#records.delete(fact)
    this.#order.delete(fact)
    this.#seenAt.delete(fact)
  }

  #count(failure: VersionFailure): void {
    const now = this.#now
    const { machine, failureClass, failedAt } = failure
    const explained = this.#explained.get(machine)
    const isExplained = explained !== undefined && Math.abs(explained.failedAt - failedAt) <= SAME_CASE_MS
    if (failureClass === 'crash' && !isExplained) this.fleet.crashes++
    const counted: Counted[] = []
    this.onCount?.({ key: null, failure, ageSeconds: Number.POSITIVE_INFINITY, sign: 1 })
    const { present, ages } = this.#population.factsAt(machine, failedAt / 1_000)
    for (const [i, fact] of present.entries()) {
      const ageSeconds = ages[i] ?? Number.POSITIVE_INFINITY
      const record = this.#records.get(fact) ?? this.#begin(fact, now)
      if (!record) continue
      if (isExplained && !explained.causes.includes(record.key)) {
        record.explained++
        continue
      }
      record.failures[failureClass]++
      if (failure.isVote) record.votes[failureClass]++
      const compared = failure.isVote ? this.#compare(fact, record, failure) : []
      counted.push({ record, failure, ageSeconds, compared })
      this.onCount?.({ key: record.key, failure, ageSeconds, sign: 1 })
      this.#changed.add(record)
    }
    if (failureClass === 'vanished' || failureClass === 'no-return') this.#uncertain.set(machine, counted)
    else this.#uncertain.delete(machine)
    this.#latest.delete(machine)
    this.#latest.set(machine, counted)
    for (const [oldest, [first]] of this.#latest) {
      if (first && this.#latest.size <= MOST_REMEMBERED && first.failure.failedAt > now - EXPLAINED_MS) break
      this.#latest.delete(oldest)
      this.#explained.delete(oldest)
    }
  }

  /**
   * An incident explains a machine's failure: it speaks for the versions that the incident blames, and no longer against
   * what else the machine has.
   * @param causes `kind:name@version`; the cause and its partner
   */
  explain(machine: number, failedAt: number, causes: readonly string[]): void {
    this.#explained.set(machine, { causes, failedAt })
    const counted = this.#latest.get(machine) ?? []
    const isIt = ({ failure }: Counted) => Math.abs(failure.failedAt - failedAt) <= SAME_CASE_MS
    const others = counted.filter((one) => isIt(one) && !causes.includes(one.record.key))
    if (others.length === 0) return
    if (others[0]?.failure.failureClass === 'crash') this.fleet.crashes--
    this.#undo(others)
    for (const { record } of others) record.explained++
    const rest = counted.filter((one) => !others.includes(one))
    this.#latest.set(machine, rest)
    if (this.#uncertain.has(machine)) this.#uncertain.set(machine, rest)
  }

  /** Compares the machine's version with the one before it, and those that came after it with it. */
  #compare(fact: FactId, record: VersionRecord, failure: VersionFailure): Counted['compared'] {
    const compared: { record: VersionRecord; odds: number; onNewer: boolean }[] = []
    const before = this.before(record)
    for (const other of this.#facts.namesakes(fact)) {
      const one = this.#records.get(other)
      if (!one || this.#population.connectedWith(other) === 0 || other === fact) continue
      if (before === one) this.#add(compared, { record, newer: fact, older: other, has: 'newer', failure })
      else if (this.before(one) === record)
        this.#add(compared, { record: one, newer: other, older: fact, has: 'older', failure })
    }
    return compared
  }

  #add(
    into: { record: VersionRecord; odds: number; onNewer: boolean }[],
    at: { record: VersionRecord; newer: number; older: number; has: 'newer' | 'older'; failure: VersionFailure },
  ): void {
    const { record, newer, older, has, failure } = at
    const stratum = this.#census.stratum(failure.machine, newer, older, has)
    if (!stratum) return
    const trial = { record, odds: stratum.newer / stratum.older, onNewer: has === 'newer' }
    record.before ??= this.#facts.get(older).key
    const sequence = record.compared.get(failure.failureClass) ?? new RatioSequence()
    record.compared.set(failure.failureClass, sequence)
    sequence.add(trial.odds, trial.onNewer)
    this.#changed.add(record)
    into.push(trial)
  }

  /** The machine turned out to have been well. */
  #takeBack(machine: number): void {
    const counted = this.#uncertain.get(machine) ?? []
    this.#uncertain.delete(machine)
    this.#latest.delete(machine)
    const [first] = counted
    if (first) this.onCount?.({ key: null, failure: first.failure, ageSeconds: Number.POSITIVE_INFINITY, sign: -1 })
    this.#undo(counted)
  }

  #undo(counted: readonly Counted[]): void {
    for (const { record, failure, ageSeconds, compared } of counted) {
      this.onCount?.({ key: record.key, failure, ageSeconds, sign: -1 })
      const { failureClass, isVote } = failure
      record.failures[failureClass]--
      if (isVote) record.votes[failureClass]--
      for (const { record: other, odds, onNewer } of compared) {
        other.compared.get(failureClass)?.add(odds, onNewer, -1)
        this.#changed.add(other)
      }
      this.#changed.add(record)
    }
  }

  /** Exposure grows, and records end, in steps alone: in between the answer stays. */
  #lower(fact: FactId): VersionRecord | undefined {
    if (this.#lowers.has(fact)) return this.#lowers.get(fact)
    const own = this.#orderOf(fact)
    let best: VersionRecord | undefined
    let highest = ''
    for (const other of this.#facts.namesakes(fact)) {
      const record = this.#records.get(other)
      if (!record || record.exposedMs < HOUR || other === fact) continue
      const order = this.#orderOf(other)
      if (order >= own || (best && order <= highest)) continue
      best = record
      highest = order
    }
    this.#lowers.set(fact, best)
    return best
  }

  #orderOf(fact: FactId): string {
    const known = this.#order.get(fact)
    if (known !== undefined) return known
    const order = versionKey(versionOf(this.#facts.get(fact).key))
    this.#order.set(fact, order)
    return order
  }
}

const versionOf = (key: string): string => key.slice(key.lastIndexOf('@') + 1)

const isComponentKind = (kind: Fact['kind']): boolean => (COMPONENT_KINDS as readonly string[]).includes(kind)
