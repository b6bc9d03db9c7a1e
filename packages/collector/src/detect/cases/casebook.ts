import type { Evidence } from '../counts/evidence.ts'
import type { Ledger, Scales } from '../counts/scales.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { DAY, HOUR } from '../numbers/seconds.ts'
import type { Test } from '../suspects/strength.ts'
import { ANY } from '../words/ages.ts'
import { type FailureRecord, isLate, SAME_CRASH_SECONDS } from '../words/failure.ts'
import type { Assessment, Finding } from '../words/finding.ts'
import type { FactId, MachineId } from '../words/ids.ts'
import { assess } from './assessment.ts'
import { goesOn, isInExcess, namesAnother, needsExcess, thoseInExcess } from './attribution.ts'
import {
  dominantCulprit,
  explains,
  failureOf,
  type Incident,
  isPartnerSure,
  restsOnFormer,
  suspectOf,
} from './incident.ts'
import { Naming } from './naming.ts'
import { backLate, isBackSoon, isNotCutOff, isPresumed, ranOn, slowRestarts } from './presumed.ts'

/** Without a failure for this long an incident closes; and after this long in all, so that a new one may be told apart. */
const QUIET_SECONDS = 6 * HOUR
const LONGEST_SECONDS = 3 * DAY
/** The same suspect within this time of being raised reopens its incident, and one crash more within this of its end. */
const REOPEN_SECONDS = 14 * DAY
/** Closed incidents are forgotten after this. */
const FORGET_SECONDS = 30 * DAY
/** A crash's report and the silence or boot that came before it lie this far apart at most: a slow restart. */
const FORETOLD_SECONDS = 900
/** How far back failures are claimed for a suspect. */
const CLAIM_SECONDS = 7 * DAY

/** An incident is ranked anew when its failures have grown by half, or after a minute with any new one; for a day. */
const RERANK_GROWTH = 1.5
const RERANK_SECONDS = 60
/** Late machines that are back were mended where there are this many times as many as restarts are slow. */
const LEAST_MENDED = 2
/** An incident swallows an older one when it explains this share of its machines. */
const TWIN_SHARE = 0.8

export interface CasebookContext {
  readonly fleet: Fleet
  readonly evidence: Evidence
  readonly ledger: Ledger
  readonly scales: Scales
  /** Counts a failure for the statistics, or takes it out of them. */
  readonly count: (record: FailureRecord, now: number, sign: 1 | -1) => void
  readonly emit: (finding: Finding) => void
}

/** The incidents: which failures each explains, which fact explains it best, which are the same. Seconds epoch. */
export class Casebook {
  readonly #context: CasebookContext
  readonly #naming: Naming
  readonly #incidents: Incident[] = []
  #nextId = 1
  /** Facts that were flagged and found to be another incident's, and when: not looked at again for a minute. */
  readonly #twins = new Map<FactId, number>()

  constructor(context: CasebookContext) {
    this.#context = context
    this.#naming = new Naming(context, () => this.#incidents)
  }

  get open(): Incident[] {
    return this.#incidents.filter((i) => i.open)
  }

  find(id: number): Incident | undefined {
    return this.#incidents.find((i) => i.id === id)
  }

  assessment(incident: Incident): Assessment {
    return assess(incident, this.#context.fleet, this.#failedWithout(incident))
  }

  /** The open incident that explains the failure, the earliest first. */
  explaining(record: FailureRecord): Incident | null {
    return this.#incidents.find((i) => i.open && explains(i, record) && this.#isAttributable(i, record)) ?? null
  }

  /** Whether a machine's crash (seconds epoch) was of an incident's time, after it had failed by it. */
  hasExplained(machine: MachineId, crashedAt: number): boolean {
    return this.#incidents.some(({ affected, lastFailure }) => {
      const known = affected.get(machine)
      if (!known || crashedAt > lastFailure + SAME_CRASH_SECONDS) return false
      return crashedAt >= known.failure.failedAt / 1000 - SAME_CRASH_SECONDS
    })
  }

  /** The closed incident of which the crash is one more, open again. */
  goingOn(record: FailureRecord, now: number): Incident | null {
    const { scales } = this.#context
    const incident = this.#incidents.findLast(
      (i) => !i.open && i.mergedInto === 0 && now - i.closedAt < REOPEN_SECONDS && goesOn(i, record, scales, now),
    )
    if (incident) this.#reopen(incident, now)
    return incident ?? null
  }

  #reopen(incident: Incident, now: number): void {
    incident.open = true
    incident.lastFailure = incident.openedAt = now
    this.#claim(incident, now)
    this.#context.emit({ type: 'reopened', incident: incident.id, at: ms(now), assessment: this.assessment(incident) })
  }

  /** A failure is an incident's. */
  join(incident: Incident, record: FailureRecord, now: number, tell = this.#context.emit): void {
    record.state = 'explained'
    record.incident = incident.id
    incident.lastFailure = Math.max(incident.lastFailure, now)
    incident.firstFailure = Math.min(incident.firstFailure, record.failedAt)
    incident.dirty = true
    if (record.crashKind === 'bugcheck' && record.culprit !== null) {
      const culprit = record.culprit.toLowerCase()
      incident.culprits.set(culprit, (incident.culprits.get(culprit) ?? 0) + 1)
    }
    const known = incident.affected.get(record.machine)
    const tier = isPresumed(record) ? 'presumed' : 'confirmed'
    const tellsMore =
      known?.tier === 'presumed' ? tier === 'confirmed' : known?.failure.culprit === null && record.culprit !== null
    if (known && !tellsMore) return
    const failure = failureOf(record, incident.fact)
    if (tier === 'confirmed' && known?.tier !== tier) incident.confirmed++
    if (ranOn(record)) incident.alive.set(record.machine, record)
    const told = known ? { ...failure, failedAt: Math.min(failure.failedAt, known.failure.failedAt) } : failure
    incident.affected.set(record.machine, { failure: told, tier })
    tell({ type: 'joined', incident: incident.id, at: ms(now), failure: told, tier })
  }

  /** A test passed its threshold: a new incident, or one that was closed for the same suspect. False when it was looked into just now. */
  raise(test: Test, records: readonly FailureRecord[], now: number): boolean {
    if (now - (this.#twins.get(test.fact) ?? 0) < RERANK_SECONDS) return false
    const known = this.#incidents.findLast(
      (i) => !i.open && i.mergedInto === 0 && i.fact === test.fact && now - i.raisedAt < REOPEN_SECONDS,
    )
    if (known && now - known.closedAt < RERANK_SECONDS) return false
    if (known) {
      this.#reopen(known, now)
      return true
    }
    const incident: Incident = {
      id: this.#nextId++,
      raisedAt: now,
      openedAt: now,
      test,
      firstFailure: records.reduce((first, r) => Math.min(first, r.failedAt), now),
      lastFailure: now,
      fact: test.fact,
      formerly: restsOnFormer(test.window),
      partner: null,
      open: true,
      closedAt: 0,
      mergedInto: 0,
      candidates: [],
      spared: [],
      suspects: [],
      affected: new Map(),
      culprits: new Map(),
      seen: new Map(),
      culpritWas: null,
      partnerWasSure: false,
      confirmed: 0,
      alive: new Map(),
      cameBack: new Map(),
      dirty: false,
      rankedAt: now,
      rankedWith: 0,
    }
    this.#naming.name(incident, now, true)
    const twin = this.#incidents.find((i) => i.open && i.fact === incident.fact)
    if (twin) {
      this.#nextId--
      this.#twins.set(test.fact, now)
      this.#claim(twin, now)
      return true
    }
    // Claimed before it is announced, so that the assessment has all its failures; told in the order that a reader needs.
    const joined: Finding[] = []
    this.#claim(incident, now, (f) => joined.push(f))
    // The suspect that explains best has no failures that are more than its machines have anyway: nothing happened.
    if (incident.affected.size === 0) {
      this.#nextId--
      this.#twins.set(test.fact, now)
      return false
    }
    this.#incidents.push(incident)
    this.#context.emit({
      type: 'raised',
      incident: incident.id,
      at: ms(now),
      firstFailureAt: ms(incident.firstFailure),
      assessment: this.assessment(incident),
    })
    for (const finding of joined) this.#context.emit(finding)
    return true
  }

  /** A machine that was presumed to have failed was alive: the failure never was. */
  withdraw(record: FailureRecord, now: number): void {
    const incident = this.find(record.incident)
    if (record.state === 'explained') record.state = 'gone'
    record.incident = 0
    if (incident) this.#drop(incident, record.machine, record.failedAt, 'was-alive', now)
  }

  /**
   * A machine that was silent for minutes is back with the same boot: it lost its network, to the update or to something
   * else. Where more of the incident's machines are known to have failed otherwise, it was something else.
   */
  ranOn(record: FailureRecord, now: number): void {
    record.backAt = now
    const incident = this.find(record.incident)
    if (!incident) return
    incident.alive.set(record.machine, record)
    if (!isNotCutOff(incident)) return
    for (const { machine, failedAt } of incident.alive.values())
      this.#drop(incident, machine, failedAt, 'was-alive', now)
  }

  /**
   * A machine that had not come back from its restart, or in the morning, is back by itself. Where so many of an
   * incident's machines are back soon as slow restarts explain, or most of them, these did not fail; else they were mended.
   */
  cameBack(record: FailureRecord, now: number): void {
    record.backAt = now
    const incident = this.find(record.incident)
    if (record.state !== 'explained' || !incident?.affected.has(record.machine) || !isBackSoon(record)) return
    const { cameBack, affected, fact, partner } = incident
    // those that came back are all on the list, or none of them
    const [earlier] = cameBack.keys()
    const haveBeenMended = earlier !== undefined && affected.has(earlier)
    cameBack.set(record.machine, record)
    const slow = slowRestarts(this.#context.scales, fact) * (isPartnerSure(incident) ? (partner?.share ?? 1) : 1)
    const away = affected.size - (haveBeenMended ? cameBack.size : 1)
    const wereMended = backLate(cameBack.values(), now) > LEAST_MENDED * slow && cameBack.size < away
    for (const late of wereMended === haveBeenMended ? [record] : cameBack.values())
      if (wereMended) this.join(incident, late, now)
      else this.#drop(incident, late.machine, late.failedAt, 'was-alive', now)
  }

  /** Ranks what has grown, merges what is the same, closes what is quiet. */
  review(now: number): void {
    for (const incident of this.#incidents) {
      if (!incident.open) continue
      const grown = incident.affected.size >= incident.rankedWith * RERANK_GROWTH
      if (incident.dirty && now - incident.openedAt < DAY && (grown || now - incident.rankedAt >= RERANK_SECONDS))
        this.#rerank(incident, now)
      if (
        incident.open &&
        (now - incident.lastFailure > QUIET_SECONDS ||
          now - incident.openedAt > LONGEST_SECONDS ||
          incident.affected.size === 0)
      ) {
        incident.open = false
        incident.closedAt = now
        this.#context.emit({ type: 'closed', incident: incident.id, at: ms(now) })
      }
    }
    const kept = this.#incidents.findIndex((i) => i.open || now - i.raisedAt < FORGET_SECONDS)
    this.#incidents.splice(0, kept < 0 ? this.#incidents.length : kept)
  }

  /** The number that comes next, and those that are open. */
  get cases(): string {
    return `${this.#nextId}: ${this.open.map((i) => i.id).join(' ')}`
  }

  save(): { incidents: Incident[]; nextId: number } {
    return { incidents: this.#incidents.map(copyOf), nextId: this.#nextId }
  }

  load(saved: ReturnType<Casebook['save']>): void {
    this.#nextId = saved.nextId
    this.#incidents.push(...saved.incidents.map(copyOf))
  }

  #rerank(incident: Incident, now: number): void {
    const previous = suspectOf(incident)
    this.#naming.name(incident, now, false)
    const next = suspectOf(incident)
    const suspectChanged = next.fact !== previous.fact || next.partner !== previous.partner
    // of crashes that name one culprit it is seen after some that those which name another were not its own
    const isCulpritKnown = dominantCulprit(incident) !== incident.culpritWas
    if (suspectChanged || isCulpritKnown || isPartnerSure(incident) !== incident.partnerWasSure) {
      this.#claimAnew(incident, now)
    }
    this.#swallow(incident, now)
    if (!incident.open) return
    this.#context.emit({
      type: 'reranked',
      incident: incident.id,
      at: ms(now),
      previous,
      suspectChanged,
      assessment: this.assessment(incident),
    })
  }

  /** Whether the failure is more than what the incident's machines have anyway; notes that it was seen. */
  #isAttributable(incident: Incident, record: FailureRecord): boolean {
    if (!needsExcess(incident, record) || incident.affected.has(record.machine)) return true
    return isInExcess(incident, record, this.#context.scales)
  }

  /** Takes over every recent failure that the suspect explains and nobody else does. */
  #claim(incident: Incident, now: number, tell = this.#context.emit): void {
    const from = Math.max(now - CLAIM_SECONDS, incident.test.window === ANY ? 0 : incident.firstFailure - DAY)
    const explained = [...this.#context.evidence.since(from)].filter(
      (r) => r.state === 'counted' && !(isLate(r) && isBackSoon(r)) && explains(incident, r),
    )
    const claimed = isNotCutOff(incident, explained) ? explained.filter((r) => !ranOn(r)) : explained
    const inExcess = thoseInExcess(incident, claimed, this.#context.scales, now)
    const namedElsewhere = this.#namedElsewhere(incident, from)
    for (const record of claimed) {
      if (!inExcess(record) || (record.culprit === null && namedElsewhere(record))) continue
      this.#context.count(record, now, -1)
      this.join(incident, record, now, tell)
    }
    for (const record of this.#context.evidence.unheard(from))
      if (record.state === 'counted' && explains(incident, record) && this.#isAttributable(incident, record))
        this.join(incident, record, now, tell)
    incident.partnerWasSure = isPartnerSure(incident)
    incident.culpritWas = dominantCulprit(incident)
  }

  /** Whether what is known of a machine by its boot alone was a crash of which the report names another culprit. */
  #namedElsewhere(incident: Incident, from: number): (record: FailureRecord) => boolean {
    const crashes = Map.groupBy(
      [...this.#context.evidence.since(from)].filter((record) => namesAnother(incident, record)),
      ({ machine }) => machine,
    )
    return ({ machine, failedAt }) =>
      (crashes.get(machine) ?? []).some((crash) => Math.abs(crash.failedAt - failedAt) <= FORETOLD_SECONDS)
  }

  /**
   * A crash report names another culprit than the incident's: what that machine was listed for a moment before, known
   * then by its boot alone, was this crash.
   */
  contradict(record: FailureRecord, now: number): void {
    for (const incident of this.#incidents) {
      const known = incident.open ? incident.affected.get(record.machine) : undefined
      if (!known || known.failure.culprit !== null) continue
      if (Math.abs(known.failure.failedAt / 1000 - record.failedAt) > FORETOLD_SECONDS) continue
      if (namesAnother(incident, record))
        this.#drop(incident, record.machine, record.failedAt, 'explained-elsewhere', now)
    }
  }

  /** Gives back what a new suspect does not explain, or has no excess of, and takes over what it does. */
  #claimAnew(incident: Incident, now: number): void {
    const doubtful: FailureRecord[] = []
    for (const record of this.#context.evidence.since(now - CLAIM_SECONDS)) {
      if (record.incident !== incident.id) continue
      const isExplained = explains(incident, record)
      if (isExplained && !needsExcess(incident, record)) continue
      record.state = 'counted'
      record.incident = 0
      this.#context.count(record, now, 1)
      if (isExplained) doubtful.push(record)
      else this.#drop(incident, record.machine, record.failedAt, 'explained-elsewhere', now)
    }
    for (const record of this.#context.evidence.unheard(now - CLAIM_SECONDS)) {
      if (record.incident !== incident.id || explains(incident, record)) continue
      record.state = 'counted'
      record.incident = 0
      this.#drop(incident, record.machine, record.failedAt, 'explained-elsewhere', now)
    }
    this.#claim(incident, now)
    const held = new Set<MachineId>()
    for (const { machine, incident: id } of this.#context.evidence.since(now - CLAIM_SECONDS))
      if (id === incident.id) held.add(machine)
    for (const { machine, failedAt } of doubtful)
      if (!held.has(machine)) this.#drop(incident, machine, failedAt, 'explained-elsewhere', now)
    const times = [...incident.affected.values()].map(({ failure }) => failure.failedAt / 1000)
    incident.firstFailure = times.reduce((first, at) => Math.min(first, at), now)
  }

  #drop(
    incident: Incident,
    machine: MachineId,
    failedAt: number,
    reason: 'was-alive' | 'explained-elsewhere',
    now: number,
  ): void {
    const known = incident.affected.get(machine)
    if (!known || (reason === 'was-alive' && known.tier === 'confirmed')) return
    incident.affected.delete(machine)
    incident.dirty = true
    this.#context.emit({
      type: 'retracted',
      incident: incident.id,
      at: ms(now),
      machine,
      failedAt: ms(failedAt),
      reason,
    })
  }

  /** Merges incidents that this one explains as well. */
  #swallow(incident: Incident, now: number): void {
    for (const other of this.#incidents) {
      if (other === incident || other.mergedInto !== 0 || now - other.raisedAt > LONGEST_SECONDS) continue
      const same = other.open && other.fact === incident.fact
      if (!same && !this.#explainsMost(incident, other)) continue
      const [kept, dropped] = same && other.id < incident.id ? [other, incident] : [incident, other]
      dropped.open = false
      dropped.closedAt = now
      dropped.mergedInto = kept.id
      for (const [machine, affected] of dropped.affected)
        if (!kept.affected.has(machine)) kept.affected.set(machine, affected)
      for (const record of this.#context.evidence.since(now - CLAIM_SECONDS))
        if (record.incident === dropped.id) record.incident = kept.id
      for (const record of this.#context.evidence.unheard(now - CLAIM_SECONDS))
        if (record.incident === dropped.id) record.incident = kept.id
      this.#context.emit({ type: 'merged', incident: dropped.id, at: ms(now), into: kept.id })
      if (dropped === incident) return
    }
  }

  #explainsMost(incident: Incident, other: Incident): boolean {
    if (incident.affected.size < other.affected.size || !incident.candidates.some((c) => c.fact === other.fact))
      return false
    let both = 0
    for (const machine of other.affected.keys()) {
      if (incident.affected.has(machine) || this.#context.fleet.inventory.arrival(machine, incident.fact) !== null)
        both++
    }
    return both >= TWIN_SHARE * other.affected.size
  }

  /** Machines that failed in the same way in the incident's time, without its suspect. */
  #failedWithout(incident: Incident): number {
    const machines = new Set<MachineId>()
    for (const record of this.#context.evidence.of(incident.test.subject, incident.firstFailure)) {
      if (!record.facts.includes(incident.fact)) machines.add(record.machine)
    }
    return machines.size
  }
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000)
}

/** What changes in one does not change in the other. */
function copyOf(i: Incident): Incident {
  return {
    ...i,
    affected: new Map(i.affected),
    culprits: new Map(i.culprits),
    seen: new Map(i.seen),
    alive: new Map(i.alive),
    cameBack: new Map(i.cameBack),
    suspects: [...i.suspects],
  }
}
