import { Casebook } from './cases/casebook.ts'
import { type Doubt, Judge } from './cases/judge.ts'
import { Baselines } from './counts/baselines.ts'
import { Counts } from './counts/counts.ts'
import { Evidence } from './counts/evidence.ts'
import { Marks } from './counts/marks.ts'
import { Neighbours } from './counts/neighbours.ts'
import { type Ledger, Scales } from './counts/scales.ts'
import { Strata } from './counts/strata.ts'
import { Votes } from './counts/votes.ts'
import { Failures } from './failures.ts'
import { Absences } from './fleet/absence.ts'
import { STEP_SECONDS } from './fleet/exposure.ts'
import { Fleet } from './fleet/fleet.ts'
import { Population } from './fleet/population.ts'
import { Intake } from './intake.ts'
import { Decay } from './numbers/memory.ts'
import { canonicalOrder } from './second.ts'
import { type DetectorSnapshot, SNAPSHOT_FORMAT } from './snapshot.ts'
import type { FactRegistry } from './words/facts.ts'
import type { AffectedMachine, Assessment, ExposedMachine, Finding, Suspect } from './words/finding.ts'
import type { FactId } from './words/ids.ts'
import type { Observation } from './words/observation.ts'
import { DEFAULT_SETTINGS, type DetectorSettings } from './words/settings.ts'

/** A longer time without any observation was not watched, and is no machine-time. */
const LONGEST_GAP_SECONDS = 86_400
/** Mornings are judged this often, and old evidence forgotten. */
const ROUND_SECONDS = 600

export interface DetectorOptions {
  /** Kept by the caller; the detector only reads it. */
  readonly facts: FactRegistry
  readonly settings?: Partial<DetectorSettings>
}

export class Detector {
  readonly #settings: DetectorSettings
  readonly #decay = new Decay()
  readonly #baselines: Baselines
  readonly #fleet: Fleet
  /** Who has what and who is connected, as of the last second that is over. */
  readonly population: Population
  readonly #counts: Counts
  readonly #marks: Marks
  readonly #votes: Votes
  readonly #evidence = new Evidence()
  readonly #absences: Absences
  readonly #mornings = new Strata()
  readonly #neighbours = new Neighbours()
  readonly #scales: Scales
  readonly #casebook: Casebook
  readonly #judge: Judge
  readonly #failures: Failures
  readonly #intake: Intake
  /** Observations of the second that is not over. */
  #second: Observation[] = []
  #now = Number.NaN
  #startedAt = Number.NaN
  #steppedAt = Number.NaN
  #findings: Finding[] = []

  constructor(options: DetectorOptions) {
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings }
    this.#baselines = new Baselines(options.facts)
    this.#fleet = new Fleet(this.#decay, this.#baselines)
    this.population = new Population(this.#fleet)
    const { exposure, units } = this.#fleet
    this.#counts = new Counts(this.#decay, exposure.slots)
    this.#marks = new Marks(this.#decay)
    this.#votes = new Votes(this.#fleet.machines)
    this.#absences = new Absences(this.#fleet)
    const ledger: Ledger = {
      facts: options.facts,
      exposure,
      units,
      counts: this.#counts,
      marks: this.#marks,
      baselines: this.#baselines,
      mornings: this.#mornings,
      neighbours: this.#neighbours,
    }
    this.#scales = new Scales(ledger)
    const shared = { fleet: this.#fleet, ledger, scales: this.#scales, evidence: this.#evidence }
    this.#casebook = new Casebook({
      ...shared,
      count: (record, now, sign) => this.#failures.count(record, now, sign),
      emit: (finding) => this.#findings.push(finding),
    })
    this.#judge = new Judge({
      ...shared,
      casebook: this.#casebook,
      alpha: this.#settings.alarmsPerFleetYear,
    })
    this.#failures = new Failures({
      facts: options.facts,
      fleet: this.#fleet,
      votes: this.#votes,
      counts: this.#counts,
      marks: this.#marks,
      neighbours: this.#neighbours,
      baselines: this.#baselines,
      evidence: this.#evidence,
      casebook: this.#casebook,
      judge: this.#judge,
    })
    this.#intake = new Intake({
      facts: options.facts,
      fleet: this.#fleet,
      counts: this.#counts,
      votes: this.#votes,
      absences: this.#absences,
      mornings: this.#mornings,
      casebook: this.#casebook,
      failures: this.#failures,
    })
  }

  /**
   * Takes one observation. It counts when its whole second is over: by the next observation of a later second, or by
   * `tick`. Returns what became known by that.
   */
  observe(observation: Observation): Finding[] {
    if (!Number.isFinite(observation.at)) return []
    const findings = this.#advance(observation.at)
    this.#second.push(observation)
    return findings
  }

  /** Time passes. Call once a second; `now` is ms epoch. Returns what became known. */
  tick(now: number): Finding[] {
    return this.#advance(now)
  }

  /** The alarm budget: a change holds for every test from the next one on; what is open stays so. */
  get alarmsPerFleetYear(): number {
    return this.#judge.alpha
  }

  set alarmsPerFleetYear(alarms: number) {
    this.#judge.alpha = alarms
  }

  /** Which incidents it has found, as text: two detectors that differ in it have seen different things. */
  get cases(): string {
    return this.#casebook.cases
  }

  /** Incidents that are open, with the assessment as of now. */
  open(): { incident: number; raisedAt: number; assessment: Assessment }[] {
    return this.#casebook.open.map((i) => ({
      incident: i.id,
      raisedAt: Math.round(i.raisedAt * 1000),
      assessment: this.#casebook.assessment(i),
    }))
  }

  /** The machines that failed by an incident, each once, in order of failure. */
  affected(incident: number): AffectedMachine[] {
    const found = this.#casebook.find(incident)
    if (!found) return []
    return [...found.affected]
      .map(([machine, a]) => ({ machine, ...a }))
      .toSorted((a, b) => a.failure.failedAt - b.failure.failedAt || a.machine - b.machine)
  }

  /** Until when nothing is raised, since what is usual has to be seen first: ms epoch. NaN before anything was observed. */
  get learnsUntil(): number {
    return (this.#startedAt + this.#settings.warmUpSeconds) * 1000
  }

  /** What was last not raised, since all that failed are machines that came lately by one way. */
  get doubt(): Doubt | undefined {
    return this.#judge.doubt
  }

  /**
   * Machines that have the suspect now, and its partner or one of the partner's `versions`; one look at every machine.
   */
  exposed(suspect: Suspect, versions: readonly FactId[] = []): ExposedMachine[] {
    const partners = versions.length > 0 ? versions : suspect.partner === null ? [null] : [suspect.partner]
    const machines = new Map<number, ExposedMachine>()
    for (const partner of partners) {
      for (const { machine, since } of this.#fleet.holders(
        partner === null ? [suspect.fact] : [suspect.fact, partner],
      )) {
        machines.set(machine, {
          machine,
          since: since === null ? null : since * 1000,
          connected: this.#fleet.machines.isConnected(machine),
        })
      }
    }
    return [...machines.values()].toSorted((a, b) => a.machine - b.machine)
  }

  /** Lets time pass to `at` (ms epoch): seconds that are over count. */
  #advance(at: number): Finding[] {
    const second = Math.floor(at / 1000)
    if (!Number.isFinite(second) || !(second > this.#now || Number.isNaN(this.#now))) return []
    if (Number.isNaN(this.#now)) {
      this.#startedAt = this.#steppedAt = second
      this.#now = second
      this.#passTo(second)
      return []
    }
    const due = this.#second.toSorted(canonicalOrder)
    this.#second = []
    for (const observation of due) {
      const at = Math.max(this.#now, Math.min(observation.at / 1000, this.#now + 1))
      this.#moveClock(at)
      this.#intake.take(observation, at)
    }
    if (due.length > 0) {
      this.#moveClock(this.#now + 1)
      this.#sit(this.#now + 1)
      this.#casebook.review(this.#now + 1)
    }
    this.#now = second
    this.#passTo(second)
    const findings = this.#findings
    this.#findings = []
    return findings
  }

  /** Exposure adds up, step by step, and what depends on time alone happens. */
  #passTo(now: number): void {
    if (now - this.#steppedAt > LONGEST_GAP_SECONDS) this.#steppedAt = now - LONGEST_GAP_SECONDS
    let next = (Math.floor(this.#steppedAt / STEP_SECONDS) + 1) * STEP_SECONDS
    for (; next <= now; next += STEP_SECONDS) {
      this.#moveClock(next)
      this.#fleet.step(next, (fact, slot) => {
        this.#counts.clear(slot)
        this.#marks.clear(fact)
      })
      this.#steppedAt = next
      this.#intake.expectReturns(next)
      if (next % ROUND_SECONDS === 0) {
        this.#evidence.prune(next)
        this.#intake.judgeMornings(next)
      }
      if (next % 60 === 0) this.#judge.countFresh(next)
      this.#sit(next)
      this.#casebook.review(next)
    }
    this.#moveClock(now)
  }

  #sit(now: number): void {
    if (now - this.#startedAt > this.#settings.warmUpSeconds) this.#judge.sit(now)
    else this.#judge.adjourn()
  }

  #moveClock(now: number): void {
    const factors = this.#decay.advance(now)
    this.#scales.moveClock(now, Math.max(0, now - this.#steppedAt))
    if (!factors) return
    this.#fleet.exposure.rescale(factors)
    for (const units of this.#fleet.units) units.rescale(factors)
    this.#counts.rescale(factors)
    this.#marks.rescale(factors)
  }

  /** Everything that is needed to go on after a restart. */
  snapshot(): DetectorSnapshot {
    return {
      format: SNAPSHOT_FORMAT,
      now: this.#now,
      startedAt: this.#startedAt,
      steppedAt: this.#steppedAt,
      second: [...this.#second],
      baselines: this.#baselines.save(),
      fleet: this.#fleet.save(),
      counts: this.#counts.save(),
      marks: this.#marks.save(),
      votes: this.#votes.save(),
      evidence: this.#evidence.save(),
      absences: this.#absences.save(),
      mornings: this.#mornings.save(),
      neighbours: this.#neighbours.save(),
      casebook: this.#casebook.save(),
      intake: this.#intake.save(),
    }
  }

  /** @throws RangeError for a snapshot of another format: begin anew and replay the events. */
  static restore(snapshot: DetectorSnapshot, options: DetectorOptions): Detector {
    if (snapshot.format !== SNAPSHOT_FORMAT)
      throw new RangeError('The snapshot is of another version: replay the stored events')
    const detector = new Detector(options)
    if (!Number.isNaN(snapshot.now)) detector.#load(snapshot)
    return detector
  }

  #load(snapshot: DetectorSnapshot): void {
    this.#now = snapshot.now
    this.#startedAt = snapshot.startedAt
    this.#steppedAt = snapshot.steppedAt
    this.#second = [...snapshot.second]
    this.#baselines.load(snapshot.baselines)
    this.#fleet.load(snapshot.fleet)
    this.#counts.load(snapshot.counts)
    this.#marks.load(snapshot.marks)
    this.#votes.load(snapshot.votes)
    this.#evidence.load(snapshot.evidence)
    this.#absences.load(snapshot.absences)
    this.#mornings.load(snapshot.mornings)
    this.#neighbours.load(snapshot.neighbours)
    this.#casebook.load(snapshot.casebook)
    this.#intake.load(snapshot.intake, this.#evidence)
    this.#moveClock(this.#now)
    this.#judge.countFresh(this.#now)
  }

  /** Counts of one fact as it is judged by: what two detectors that were told the same agree on. */
  counts(fact: FactId): { observed: number[]; expected: number[]; connected: number } {
    return this.#scales.everything(fact)
  }

  /** Bytes held for machines and facts. */
  get bytes(): number {
    return this.#fleet.bytes + this.#counts.bytes + this.#votes.bytes
  }
}
