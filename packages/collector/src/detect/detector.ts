import { Absences } from './absence.ts'
import { Baselines } from './baselines.ts'
import { Casebook } from './casebook.ts'
import {
  ABSENT,
  APP,
  BOOT,
  CRASH,
  HARD,
  LOSS,
  NO_RETURN,
  PER_BOOT,
  PER_RESTART,
  PER_RETURN,
  RETURN_SECONDS,
  SERVICE,
  SITE,
} from './classes.ts'
import { Counts } from './counts.ts'
import { Evidence } from './evidence.ts'
import { STEP_SECONDS } from './exposure.ts'
import type { FactRegistry } from './facts.ts'
import type { FailureRecord } from './failure.ts'
import { Failures } from './failures.ts'
import type { AffectedMachine, Assessment, ExposedMachine, Finding, Suspect } from './finding.ts'
import { Fleet } from './fleet.ts'
import { isIndex } from './growable.ts'
import { BEFORE_WE_LOOKED } from './inventory.ts'
import { Judge } from './judge.ts'
import { Marks, markOf } from './marks.ts'
import { Decay } from './memory.ts'
import type {
  ComponentObservation,
  CrashObservation,
  GoodbyeObservation,
  Observation,
  OnlineObservation,
  SilentObservation,
} from './observation.ts'
import { type Ledger, Scales } from './scales.ts'
import { canonicalOrder } from './second.ts'
import { DEFAULT_SETTINGS, type DetectorSettings } from './settings.ts'
import type { DetectorSnapshot } from './snapshot.ts'
import { Votes } from './votes.ts'

/** A machine heard again with the same boot within this was cut off, not down. */
const BLIP_SECONDS = 180
/** A failure within this time of a boot is a boot failure. */
const BOOT_SECONDS = 900
/** After the collector was blind, silence proves nothing for this long. */
const BLIND_SECONDS = 300
/** A crash older than this when it is reported is history. */
const STALE_CRASH_SECONDS = 86_400
/** Crash ids remembered, for repeated reports; a machine repeats within its spool's lifetime. */
const MAX_CRASH_IDS = 100_000
/** An arrival that is said to be in the future is taken to be now; one older than this, to have always been there. */
const OLDEST_ARRIVAL_SECONDS = 30 * 86_400
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
  readonly #counts: Counts
  readonly #marks: Marks
  readonly #votes: Votes
  readonly #evidence = new Evidence()
  readonly #absences: Absences
  readonly #scales: Scales
  readonly #casebook: Casebook
  readonly #judge: Judge
  readonly #failures: Failures
  /** Observations of the second that is not over. */
  #second: Observation[] = []
  #now = Number.NaN
  #startedAt = Number.NaN
  #steppedAt = Number.NaN
  #blindUntil = 0
  #silentSince = new Map<number, FailureRecord>()
  #restarting = new Map<number, number>()
  #crashIds = new Set<string>()
  #findings: Finding[] = []

  constructor(options: DetectorOptions) {
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings }
    this.#baselines = new Baselines(options.facts)
    this.#fleet = new Fleet(this.#decay, this.#baselines)
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
    }
    this.#scales = new Scales(ledger)
    const shared = { ledger, scales: this.#scales, evidence: this.#evidence }
    this.#casebook = new Casebook({
      ...shared,
      fleet: this.#fleet,
      count: (record, sign) => this.#failures.count(record, sign),
      emit: (finding) => this.#findings.push(finding),
    })
    this.#judge = new Judge({ ...shared, casebook: this.#casebook, alpha: this.#settings.alarmsPerFleetYear })
    this.#failures = new Failures({
      fleet: this.#fleet,
      votes: this.#votes,
      counts: this.#counts,
      marks: this.#marks,
      baselines: this.#baselines,
      evidence: this.#evidence,
      casebook: this.#casebook,
      judge: this.#judge,
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

  /**
   * Machines that have the suspect now, and its partner or one of the partner's `versions`; one look at every machine.
   */
  exposed(suspect: Suspect, versions: readonly number[] = []): ExposedMachine[] {
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

  /** Normal rates learned from this fleet alone: so prior.ts is made. */
  learned(): ReturnType<Baselines['learned']> {
    return this.#baselines.learned()
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
    for (const observation of due)
      this.#take(observation, Math.max(this.#now, Math.min(observation.at / 1000, this.#now + 1)))
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
      this.#expectReturns(next)
      if (next % ROUND_SECONDS === 0) this.#round(next)
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
    this.#scales.since = Math.max(0, now - this.#steppedAt)
    if (!factors) return
    this.#fleet.exposure.rescale(factors)
    for (const units of this.#fleet.units) units.rescale(factors)
    this.#counts.rescale(factors)
    this.#marks.rescale(factors)
  }

  #take(observation: Observation, now: number): void {
    this.#moveClock(now)
    if (observation.type === 'blind') return this.#goBlind(now)
    if (!isIndex(observation.machine)) return
    if (observation.type === 'machine') {
      if (isIndex(observation.site)) {
        const { machines } = this.#fleet
        const isNew = !machines.isKnown(observation.machine)
        this.#fleet.place(observation.machine, observation.site, isIndex(observation.region) ? observation.region : 0)
        if (isNew) machines.watchedSince[observation.machine] = Math.max(0, Math.floor(now))
        this.#votes.reserve(this.#fleet.sites)
      }
      return
    }
    if (!this.#fleet.machines.isKnown(observation.machine)) return
    switch (observation.type) {
      case 'online':
        return this.#online(observation, now)
      case 'component':
        return this.#component(observation, now)
      case 'crash':
        return this.#crash(observation, now)
      case 'goodbye':
        return this.#goodbye(observation, now)
      case 'silent':
        return this.#silent(observation, now)
      case 'service-down':
        return void this.#failures.fail({ machine: observation.machine, failedAt: now, classes: [SERVICE] }, now)
    }
  }

  #online({ machine, boot, previousEnd }: OnlineObservation, now: number): void {
    const { machines } = this.#fleet
    const sameBoot = machines.boot[machine] === boot >>> 0 && (machines.bootAt[machine] ?? 0) > 0
    this.#restarting.delete(machine)
    const silence = this.#silentSince.get(machine)
    this.#silentSince.delete(machine)
    if (silence) this.#backFromSilence(silence, sameBoot || previousEnd === 'same', previousEnd, now)
    const shutAt = machines.shutAt[machine] ?? 0
    if (shutAt > 0) {
      this.#absences.returned(machine, shutAt, now)
      machines.shutAt[machine] = 0
    }
    this.#fleet.connect(machine)
    if (sameBoot) return
    machines.boot[machine] = boot >>> 0
    if (previousEnd === 'same') {
      // Its boot is older than our knowledge of it: no boot was seen, so none is counted.
      machines.bootAt[machine] = Math.max(1, machines.bootAt[machine] ?? 0)
      return
    }
    machines.bootAt[machine] = Math.floor(now)
    this.#fleet.countUnit(PER_BOOT, machine, now)
  }

  #backFromSilence(silence: FailureRecord, sameBoot: boolean, previousEnd: string, now: number): void {
    const late = silence.classes[0] === NO_RETURN || silence.classes[0] === ABSENT
    // A slow restart is part of the normal rate, so it stays counted; but the machine did not fail.
    if (late && (sameBoot || previousEnd === 'clean')) return this.#casebook.withdraw(silence, now)
    const blip = sameBoot && now - silence.failedAt < BLIP_SECONDS
    if (blip || (!sameBoot && previousEnd === 'clean')) return this.#failures.takeBack(silence, now)
    const unclean = !sameBoot && (previousEnd === 'unexpected' || previousEnd === 'bugcheck')
    this.#casebook.returned(silence, unclean, now)
    if (unclean && silence.classes[0] === LOSS) {
      this.#failures.fail(
        { machine: silence.machine, failedAt: silence.failedAt, classes: [HARD], bugcheck: previousEnd === 'bugcheck' },
        now,
      )
    }
  }

  #component({ machine, fact, change, since }: ComponentObservation, now: number): void {
    if (!isIndex(fact)) return
    if (change === 'removed')
      return this.#fleet.lose(
        machine,
        fact,
        since === null || !Number.isFinite(since) ? now : Math.min(now, since / 1000),
        now,
      )
    const isUpdate = change === 'arrived'
    const known = since === null || !Number.isFinite(since) ? (isUpdate ? now : BEFORE_WE_LOOKED) : since / 1000
    const arrived = known < now - OLDEST_ARRIVAL_SECONDS ? BEFORE_WE_LOOKED : Math.min(now, known)
    if (this.#fleet.gain(machine, fact, arrived, now)) this.#counts.reserve()
  }

  #crash(crash: CrashObservation, now: number): void {
    const { machine, culprit } = crash
    const id = `${machine}/${crash.id}`
    if (this.#crashIds.has(id)) return
    this.#crashIds.add(id)
    if (this.#crashIds.size > MAX_CRASH_IDS) this.#crashIds.delete(this.#crashIds.values().next().value ?? '')
    const failedAt = Math.min(now, crash.occurredAt / 1000)
    if (!(now - failedAt < STALE_CRASH_SECONDS)) return
    if (crash.kind === 'service') return void this.#failures.fail({ machine, failedAt, classes: [SERVICE], crash }, now)
    if (crash.kind !== 'bugcheck') {
      const mark = culprit === null ? {} : { mark: markOf('app', culprit) }
      return void this.#failures.fail({ machine, failedAt, classes: [APP], crash, ...mark }, now)
    }
    const atBoot = crash.uptimeSeconds !== null && crash.uptimeSeconds < BOOT_SECONDS
    const mark = culprit === null ? {} : { mark: markOf(atBoot ? 'boot' : 'run', culprit) }
    this.#failures.fail({ machine, failedAt, classes: atBoot ? [BOOT] : [CRASH, HARD], crash, ...mark }, now)
  }

  #goodbye({ machine, reason }: GoodbyeObservation, now: number): void {
    const { machines } = this.#fleet
    const silence = this.#silentSince.get(machine)
    this.#silentSince.delete(machine)
    if (silence) this.#failures.takeBack(silence, now)
    if (!machines.isConnected(machine)) return
    this.#fleet.disconnect(machine)
    if (reason === 'shutdown') machines.shutAt[machine] = Math.floor(now)
    if (reason !== 'restart') return
    this.#restarting.delete(machine)
    this.#restarting.set(machine, now)
    this.#fleet.countUnit(PER_RESTART, machine, now)
  }

  #silent({ machine, lastHeard, othersAlive }: SilentObservation, now: number): void {
    const { machines } = this.#fleet
    if (!machines.isConnected(machine)) return
    this.#fleet.disconnect(machine)
    if (now < this.#blindUntil) return
    const failedAt = Number.isFinite(lastHeard) ? Math.min(now, lastHeard / 1000) : now
    const sinceBoot = failedAt - (machines.bootAt[machine] ?? 0)
    const cls = !othersAlive ? SITE : sinceBoot < BOOT_SECONDS ? BOOT : LOSS
    const record = this.#failures.fail({ machine, failedAt, classes: [cls] }, now)
    if (record) this.#silentSince.set(machine, record)
  }

  /** Every connection begins anew, and nobody is expected back. */
  #goBlind(now: number): void {
    this.#blindUntil = now + BLIND_SECONDS
    for (let m = 0; m < this.#fleet.machines.count; m++) if (this.#fleet.machines.isKnown(m)) this.#fleet.disconnect(m)
    this.#silentSince.clear()
    this.#restarting.clear()
    this.#absences.clear()
  }

  /** Machines that said they restart and did not come back, while their practice is alive. */
  #expectReturns(now: number): void {
    for (const [machine, saidAt] of this.#restarting) {
      if (saidAt > now - RETURN_SECONDS) break
      this.#restarting.delete(machine)
      if (this.#fleet.aliveAt(this.#fleet.machines.siteOf(machine)) === 0) continue
      const record = this.#failures.fail({ machine, failedAt: saidAt, classes: [NO_RETURN] }, now)
      if (record) this.#silentSince.set(machine, record)
    }
  }

  /** Mornings are judged, and what is old is forgotten. */
  #round(now: number): void {
    this.#evidence.prune(now)
    const due = this.#absences.judge(now)
    for (const { machine, shutAt, weight } of due) this.#fleet.countUnit(PER_RETURN, machine, shutAt, weight)
    for (const { machine, shutAt, weight, back } of due) {
      if (back) continue
      this.#fleet.machines.shutAt[machine] = 0
      const record = this.#failures.fail({ machine, failedAt: shutAt, classes: [ABSENT], weight }, now)
      if (record) this.#silentSince.set(machine, record)
    }
  }

  /** Everything that is needed to go on after a restart. */
  snapshot(): DetectorSnapshot {
    return {
      format: 'pumphandle-detector/1',
      now: this.#now,
      startedAt: this.#startedAt,
      steppedAt: this.#steppedAt,
      blindUntil: this.#blindUntil,
      second: [...this.#second],
      baselines: this.#baselines.save(),
      fleet: this.#fleet.save(),
      counts: this.#counts.save(),
      marks: this.#marks.save(),
      votes: this.#votes.save(),
      evidence: this.#evidence.save(),
      absences: this.#absences.save(),
      casebook: this.#casebook.save(),
      silent: [...this.#silentSince].map(([machine, record]) => [machine, record.knownAt]),
      restarting: [...this.#restarting],
      crashIds: [...this.#crashIds],
    }
  }

  /** @throws RangeError for a snapshot of another format: begin anew and replay the events. */
  static restore(snapshot: DetectorSnapshot, options: DetectorOptions): Detector {
    if (snapshot.format !== 'pumphandle-detector/1')
      throw new RangeError('The snapshot is of another version: replay the stored events')
    const detector = new Detector(options)
    if (!Number.isNaN(snapshot.now)) detector.#load(snapshot)
    return detector
  }

  #load(snapshot: DetectorSnapshot): void {
    this.#now = snapshot.now
    this.#startedAt = snapshot.startedAt
    this.#steppedAt = snapshot.steppedAt
    this.#blindUntil = snapshot.blindUntil
    this.#second = [...snapshot.second]
    this.#baselines.load(snapshot.baselines)
    this.#fleet.load(snapshot.fleet)
    this.#counts.load(snapshot.counts)
    this.#marks.load(snapshot.marks)
    this.#votes.load(snapshot.votes)
    this.#evidence.load(snapshot.evidence)
    this.#absences.load(snapshot.absences)
    this.#casebook.load(snapshot.casebook)
    const known = new Map<string, FailureRecord>()
    for (const record of this.#evidence.since(0)) known.set(`${record.machine}/${record.knownAt}`, record)
    for (const [machine, knownAt] of snapshot.silent) {
      const record = known.get(`${machine}/${knownAt}`)
      if (record) this.#silentSince.set(machine, record)
    }
    this.#restarting = new Map(snapshot.restarting)
    this.#crashIds = new Set(snapshot.crashIds)
    this.#moveClock(this.#now)
    this.#judge.countFresh(this.#now)
  }

  /**
   * Adds the counts, baselines and evidence of a detector that watched other machines (of other regions, for a region's
   * dark practices share a vote), with the same registries. Its machines stay its own: go on telling it about them, and
   * merge anew into a fresh copy.
   */
  merge(other: Detector): void {
    const now = Math.max(this.#now, other.#now)
    this.#now = other.#now = now
    for (const detector of [this, other]) detector.#passTo(now)
    const map = this.#fleet.merge(other.#fleet)
    this.#counts.reserve()
    this.#counts.merge(other.#counts, map)
    this.#marks.merge(other.#marks)
    this.#baselines.merge(other.#baselines)
    this.#evidence.merge(other.#evidence)
  }

  /** Counts of one fact as the tests see them, for the bench and for comparing two detectors. */
  counts(fact: number): { observed: number[]; expected: number[]; connected: number } {
    return this.#scales.everything(fact)
  }

  /** Bytes held for machines and facts. */
  get bytes(): number {
    return this.#fleet.bytes + this.#counts.bytes + this.#votes.bytes
  }
}
