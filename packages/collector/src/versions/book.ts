import type { IncidentRow, VerdictAnswer, VerdictWord, VersionVerdict } from '@pumphandle/shared/api'
import { VERDICT_WORDS } from '@pumphandle/shared/api'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { FactRegistry, Observation, Population } from '../detect/index.ts'
import { type FleetTotals, VersionLedger } from './ledger.ts'
import { newRecord, type StoredVersion, storedOf, type VersionRecord } from './record.ts'
import { answerOn, type VerdictContext, verdictOn, wordOf } from './verdict.ts'

/** Ticks within which every verdict is looked at anew: hours that pass without a failure say something too. */
const ROUND_TICKS = 60
/** How much machine-time a crash of the collector may cost; failures are written within seconds. */
const WRITE_ALL_MS = 5 * MINUTE
const WRITE_FAILED_MS = 5 * SECOND
/** Changes of verdicts that wait for the store; further ones are left out, for the verdicts themselves are kept. */
const MOST_CHANGES = 1_000

/** A verdict became another. */
export interface WordChange {
  readonly at: number
  readonly key: string
  readonly from: VerdictWord
  readonly to: VerdictWord
  readonly sentence: string
}

/** What is to be written since the last call. */
export interface VersionWrites {
  /** Versions that nobody has had for long. */
  readonly gone: readonly string[]
  readonly records: readonly { key: string; version: StoredVersion }[]
  /** Null where only some records are to be written. */
  readonly fleet: FleetTotals | null
  readonly changes: readonly WordChange[]
}

/** The verdicts on versions: made from the ledger and from incidents, told when they change, written now and then. */
export class VersionBook {
  readonly ledger: VersionLedger
  readonly #onChange: (change: WordChange) => void
  readonly #dirty = new Set<VersionRecord>()
  /** Incidents that were wrong, as people said. */
  readonly #acquitted = new Set<number>()
  #changes: WordChange[] = []
  #round: VersionRecord[] = []
  #allAt = Number.NEGATIVE_INFINITY
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(population: Population, facts: FactRegistry, onChange: (change: WordChange) => void) {
    this.ledger = new VersionLedger(population, facts)
    this.#onChange = onChange
  }

  observe(observation: Observation): void {
    this.ledger.observe(observation)
  }

  /** Time passes: call once a second, after the detector. */
  tick(now: number): void {
    this.ledger.tick(now)
    for (const record of this.ledger.takeChanged()) {
      this.#dirty.add(record)
      this.#weigh(record, now)
    }
    if (this.#round.length === 0) this.#round = [...this.ledger.records()]
    for (const record of this.#round.splice(0, Math.ceil(this.#round.length / ROUND_TICKS) + 1))
      this.#weigh(record, now)
  }

  /** An incident was opened or changed: the version that it blames is bad, also when it is over. */
  blame(incident: IncidentRow, now: number): void {
    const cause = incident.status === 'merged' || this.#acquitted.has(incident.id) ? null : incident.cause
    for (const record of this.ledger.records())
      if (record.blamed?.incident === incident.id && record.key !== cause?.key) {
        record.blamed = null
        this.#touch(record, now)
      }
    const record = cause && this.ledger.get(cause.key)
    if (!record) return
    const isSure = incident.confidence !== 'likely'
    if (record.blamed?.incident === incident.id && record.blamed.isSure === isSure) return
    // an incident that is open goes before one that is over
    if (record.blamed?.isSure && !isSure && record.blamed.incident !== incident.id) return
    record.blamed = { incident: incident.id, isSure }
    this.#touch(record, now)
  }

  /** People said that an incident blamed a version wrongly, or took that back. */
  acquit(incident: number, isWrong: boolean, now: number): void {
    if (!isWrong) return void this.#acquitted.delete(incident)
    this.#acquitted.add(incident)
    for (const record of this.ledger.records())
      if (record.blamed?.incident === incident) {
        record.blamed = null
        this.#touch(record, now)
      }
  }

  /** An incident explains a machine's failure by what it blames. @param failedAt ms epoch */
  explain(machine: number, failedAt: number, incident: Pick<IncidentRow, 'cause' | 'partner'>): void {
    const causes = [incident.cause, incident.partner].flatMap((one) => one?.key ?? [])
    this.ledger.explain(machine, failedAt, causes)
  }

  /** The verdict on a version that some machine has or had; undefined for what nobody has seen. */
  verdict(key: string, now: number): VersionVerdict | undefined {
    // one that came seconds ago is not counted yet
    const record = this.ledger.get(key) ?? (this.ledger.machinesWith(key) > 0 ? newRecord(key, now) : undefined)
    return record && verdictOn(record, this.#contextOf(record))
  }

  /** Whether it is good enough. @param atMost crashes a machine-hour */
  answer(key: string, atMost: number | undefined, now: number): VerdictAnswer | undefined {
    const verdict = this.verdict(key, now)
    return verdict && { ...answerOn(verdict, atMost), verdict }
  }

  /** Verdicts on the versions that machines have now and that are wanted: what needs a look first. */
  ranked(wanted: (key: string) => boolean): VersionVerdict[] {
    const verdicts: VersionVerdict[] = []
    for (const record of this.ledger.records()) {
      const context = this.#contextOf(record)
      if (context.machines > 0 && wanted(record.key)) verdicts.push(verdictOn(record, context))
    }
    return verdicts.sort(byNeed)
  }

  /** What is to be written now. Call {@link unwritten} where it could not be. */
  writes(now: number): VersionWrites | null {
    const isAll = now - this.#allAt >= WRITE_ALL_MS
    const isDue = isAll || (this.#dirty.size > 0 && now - this.#failedAt >= WRITE_FAILED_MS) || this.#changes.length > 0
    if (!isDue) return null
    const records = [...(isAll ? this.ledger.records() : this.#dirty)]
    const changes = this.#changes
    this.#changes = []
    this.#dirty.clear()
    this.#failedAt = now
    if (isAll) this.#allAt = now
    return {
      gone: this.ledger.takeForgotten(),
      records: records.map((record) => ({ key: record.key, version: storedOf(record) })),
      fleet: { ...this.ledger.fleet },
      changes,
    }
  }

  /** Takes back what could not be written, to be written with the next. */
  unwritten(writes: VersionWrites): void {
    this.#changes = [...writes.changes, ...this.#changes].slice(-MOST_CHANGES)
    for (const { key } of writes.records) {
      const record = this.ledger.get(key)
      if (record) this.#dirty.add(record)
    }
  }

  /** Everything is written with the next {@link writes}: before the end. */
  writeAll(): void {
    this.#allAt = Number.NEGATIVE_INFINITY
  }

  #touch(record: VersionRecord, now: number): void {
    this.#dirty.add(record)
    this.#weigh(record, now)
  }

  #contextOf(record: VersionRecord): VerdictContext {
    const { ledger } = this
    return { before: ledger.before(record), fleet: ledger.fleet, machines: ledger.machinesWith(record.key) }
  }

  #weigh(record: VersionRecord, now: number): void {
    const context = this.#contextOf(record)
    const to = wordOf(record, context)
    if (to === record.word) return
    const from = record.word
    record.word = to
    record.wordSince = now
    this.#dirty.add(record)
    const { sentence } = verdictOn(record, context)
    const change = { at: now, key: record.key, from, to, sentence }
    if (this.#changes.length < MOST_CHANGES) this.#changes.push(change)
    this.#onChange(change)
  }
}

/** What needs a look first: the worst word, then what failed most, then what most machines have. */
function byNeed(a: VersionVerdict, b: VersionVerdict): number {
  return (
    VERDICT_WORDS.indexOf(a.word) - VERDICT_WORDS.indexOf(b.word) ||
    b.failures.crash - a.failures.crash ||
    b.machines - a.machines ||
    (a.component.key < b.component.key ? -1 : 1)
  )
}
