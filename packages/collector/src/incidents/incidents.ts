import type { ComponentRef, IncidentKind, IncidentRow } from '@pumphandle/shared/api'
import { hitOf } from '@pumphandle/shared/words'
import type {
  Assessment,
  CrashObservation,
  Detector,
  FactId,
  FactRegistry,
  Failure,
  Finding,
  Observation,
  Suspect,
} from '../detect/index.ts'
import type { FleetView } from '../model/fleet-view.ts'
import { confidenceOf, type HistoryRow, type HistoryType, type IncidentRecord } from '../model/incident-record.ts'
import type { Member } from '../model/member.ts'
import type { Sample } from '../model/sample.ts'
import type { IncidentChanges } from '../store/incidents.ts'
import { isAsBefore, type Move } from './cohorts.ts'
import { componentRef } from './components.ts'
import { explain } from './explain.ts'
import { Exposure } from './exposure.ts'
import { failureReason } from './history.ts'
import { Incident, type PlannedWork } from './incident.ts'
import { MEMBERS_PER_FLUSH, REVIEW_EVERY_MS, SAMPLE_EVERY_MS } from './limits.ts'
import { RecentFailures } from './recent-failures.ts'
import { isOfOnePlace, isReportedCrash, title, titleOnceCrashed } from './sentence.ts'
import { noCohorts } from './tally.ts'

export interface IncidentsDeps {
  readonly facts: FactRegistry
  readonly detector: Pick<Detector, 'exposed'>
  readonly fleet: FleetView
  /** Told of every change of an incident: live pages and notifications hang on it. */
  readonly onChange: (change: IncidentChange) => void
}

export interface IncidentChange {
  readonly incident: IncidentRow
  /** What happened, where it is an entry of the history; null when only numbers moved. */
  readonly entry: HistoryRow | null
}

/** What a verdict that is not the detector's says when it opens. */
export interface Verdict {
  readonly kind: Exclude<IncidentKind, 'component' | 'model'>
  /** What it is about; at most one open incident of a kind has it. */
  readonly subject: string
  readonly title: string
  readonly sentence: string
  readonly at: number
  readonly machines: readonly { machine: number; reason: string; failedAt: number }[]
}

/**
 * The incidents that are not over: opened by findings of the detector and by other verdicts, joined by failures, moved by
 * time, written by `changes`. All in memory and synchronous; the caller flushes to the store.
 */
export class Incidents {
  readonly #deps: IncidentsDeps
  readonly #incidents = new Map<number, Incident>()
  readonly #byDetectorNumber = new Map<number, Incident>()
  readonly #recent = new RecentFailures()
  #history: HistoryRow[] = []
  #samples: { incident: number; sample: Sample }[] = []
  #lastId: number
  #reviewedAt = 0

  /** @param lastId the highest incident id ever given */
  constructor(deps: IncidentsDeps, lastId: number) {
    this.#deps = deps
    this.#lastId = lastId
  }

  /** @param lastId the highest incident id ever given, by whomever */
  countFrom(lastId: number): void {
    this.#lastId = Math.max(this.#lastId, lastId)
  }

  /** Incidents in memory: all that are not over, and those that ended since the start. */
  get(id: number): Incident | undefined {
    return this.#incidents.get(id)
  }

  /** What the detector's incident of that number blames; undefined for one that is not known here. */
  blamedBy(number: number): Pick<IncidentRecord, 'cause' | 'partner'> | undefined {
    return this.#byDetectorNumber.get(number)?.record
  }

  active(): Incident[] {
    return [...this.#incidents.values()].filter((incident) => incident.active).sort((a, b) => b.record.id - a.record.id)
  }

  /** Takes back an incident from the store. Call after the detector and the fleet are restored. */
  restore(record: IncidentRecord, members: readonly Member[]): void {
    const incident = this.view(record, members)
    if (record.cause) incident.exposure = this.#exposureOf(record)
    this.#add(incident)
  }

  /** An incident from the store, to read. */
  view(record: IncidentRecord, members: readonly Member[]): Incident {
    const incident = new Incident(record, this.#deps.fleet)
    for (const member of members) if (this.#deps.fleet.has(member.machine)) incident.restore(member)
    incident.changed = false
    return incident
  }

  /** Cohorts follow what the detector is told too: components that come and go, failures for the rate of the others. */
  observe(observation: Observation): void {
    if (observation.type === 'component') {
      for (const incident of this.#incidents.values())
        if (incident.active && incident.exposure?.observe(observation))
          incident.expose(observation.machine, observation.at)
    } else if (observation.type === 'crash' && observation.kind === 'bugcheck') {
      this.#recent.add(observation.machine, observation.occurredAt)
      this.#relapse(observation)
    } else if (observation.type === 'silent' && observation.othersAlive) {
      this.#recent.add(observation.machine, observation.lastHeard)
    }
  }

  /** A machine that had recovered crashes as before: the detector counts each machine once, and says no more of it. */
  #relapse(crash: CrashObservation): void {
    const { machine, occurredAt, at } = crash
    for (const incident of this.#incidents.values()) {
      const member = incident.members.get(machine)
      if (!incident.active || member?.cohort !== 'recovered' || !isAsBefore(incident.record, crash)) continue
      // what is told late happened before it had recovered
      if (occurredAt <= Math.max(member.since, member.failedAt)) continue
      incident.fail(machine, occurredAt, 'crashed', at)
      if (incident.record.status === 'contained')
        this.reopen(incident, 'collector', 'A machine that had recovered has failed again.', at)
      this.#deps.onChange({ incident: incident.row(at), entry: null })
    }
  }

  /** What the detector found. */
  apply(finding: Finding): void {
    if (finding.type === 'raised') this.#raise(finding.incident, finding.at, finding.assessment)
    const incident = this.#byDetectorNumber.get(finding.incident)
    if (!incident) return
    switch (finding.type) {
      case 'raised':
        return
      case 'joined':
        this.#join(incident, finding.failure, finding.at)
        break
      case 'retracted':
        incident.unfail(finding.machine, finding.at)
        break
      case 'reranked':
        this.#reassess(incident, finding.assessment, finding.at, finding.suspectChanged ? finding.previous : null)
        break
      case 'merged': {
        const into = this.#byDetectorNumber.get(finding.into)
        if (into) this.merge(incident, into, 'collector', finding.at)
        return
      }
      case 'closed':
        return
      case 'reopened':
        this.#reassess(incident, finding.assessment, finding.at, null)
        if (!incident.active || incident.record.status === 'contained')
          this.reopen(incident, 'collector', 'Failures have begun again.', finding.at)
    }
    this.#deps.onChange({ incident: incident.row(finding.at), entry: null })
  }

  /** Opens an incident for a verdict that is not the detector's, or adds machines to the open one about the same. */
  open(verdict: Verdict): Incident {
    let incident = this.find(verdict.kind, verdict.subject)
    if (!incident) {
      incident = this.#new({
        ...this.#blank(verdict.kind, verdict.at),
        title: verdict.title,
        sentence: verdict.sentence,
        subject: verdict.subject,
      })
      this.note(incident, 'opened', 'collector', verdict.sentence, verdict.at)
    }
    incident.record.title = verdict.title
    incident.record.sentence = verdict.sentence
    for (const { machine, reason, failedAt } of verdict.machines) incident.fail(machine, failedAt, reason, verdict.at)
    incident.changed = true
    this.#deps.onChange({ incident: incident.row(verdict.at), entry: null })
    return incident
  }

  /** The open incident of a verdict's kind about a subject. */
  find(kind: IncidentKind, subject: string): Incident | undefined {
    for (const incident of this.#incidents.values())
      if (incident.active && incident.record.kind === kind && incident.record.subject === subject) return incident
    return undefined
  }

  /** Whether an open incident with a component at fault explains this machine's failure. */
  explains(machine: number): boolean {
    for (const incident of this.#incidents.values())
      if (incident.active && incident.record.cause && (incident.members.get(machine)?.failures ?? 0) > 0) return true
    return false
  }

  /** Time passes. Call every second or so. */
  tick(now: number): void {
    if (now - this.#reviewedAt < REVIEW_EVERY_MS) return
    const minute = Math.floor(now / SAMPLE_EVERY_MS) * SAMPLE_EVERY_MS
    const newMinute = Math.floor(this.#reviewedAt / SAMPLE_EVERY_MS) * SAMPLE_EVERY_MS < minute
    this.#reviewedAt = now
    for (const incident of this.#incidents.values()) {
      if (!incident.active) continue
      const before = incident.dirty.size
      const status = incident.review(now)
      if (status === 'contained')
        this.note(incident, 'contained', 'collector', 'No machine was newly affected for 15 minutes.', now)
      if (status === 'resolved')
        this.note(incident, 'resolved', 'collector', 'Every affected machine has recovered.', now)
      if (newMinute && incident.record.cause) this.#sample(incident, minute - SAMPLE_EVERY_MS)
      if (!status && incident.dirty.size !== before) this.#deps.onChange({ incident: incident.row(now), entry: null })
    }
  }

  /** Adds to the history, and tells. */
  note(incident: Incident, type: HistoryType, actor: string, text: string, at: number): HistoryRow {
    const entry: HistoryRow = { incident: incident.record.id, at, actor, type, text }
    this.#history.push(entry)
    incident.changed = true
    this.#deps.onChange({ incident: incident.row(at), entry })
    return entry
  }

  /** Sets it, and says so in the history. */
  setStatus(
    incident: Incident,
    status: IncidentRecord['status'],
    type: HistoryType,
    actor: string,
    text: string,
    at: number,
  ): void {
    incident.become(status, at)
    this.note(incident, type, actor, text, at)
  }

  /**
   * It goes on. Whoever has it has it still, unless it was over: then somebody has to be found anew, where no person said
   * that it goes on.
   */
  reopen(incident: Incident, actor: string, text: string, at: number): void {
    const { owner } = incident.record
    const isLeft = owner !== null && !incident.active && actor === 'collector'
    if (isLeft) incident.record.owner = null
    const words = isLeft ? `${text} ${owner} had it until it was over; nobody has it now.` : text
    this.setStatus(incident, incident.record.owner === null ? 'open' : 'acknowledged', 'reopened', actor, words, at)
  }

  /** A person, or the detector, says that two incidents are one: the members go to `into`. */
  merge(from: Incident, into: Incident, actor: string, at: number): void {
    if (from === into || !from.active) return
    for (const member of from.members.values()) if (member.failures > 0) into.absorb(member, at)
    from.record.mergedInto = into.record.id
    this.setStatus(from, 'merged', 'merged', actor, `Merged into incident ${into.record.id}: ${into.record.title}.`, at)
    this.note(into, 'merged', actor, `Incident ${from.record.id} was merged into this one.`, at)
    if (into.record.status !== 'contained' || from.record.lastFailureAt <= (into.record.containedAt ?? 0)) return
    this.reopen(into, 'collector', 'The other incident had failed machines since.', at)
  }

  /**
   * What failed in planned work is not ill; an incident of nothing else was none, and is closed as that.
   * @returns how many machines are excused
   */
  excuse(incident: Incident, work: PlannedWork, actor: string, at: number): number {
    const failed = hitOf(incident.tally.total)
    let excused = 0
    for (const machine of work.machines) if (incident.excuse(machine, work, at)) excused++
    if (excused === 0) return 0
    if (hitOf(incident.tally.total) > 0) {
      const text = `${excused} of ${failed} machines failed in planned work: ${work.title}. They do not count.`
      this.note(incident, 'note', actor, text, at)
      return excused
    }
    incident.record.planned = work.title
    const text = `All that failed was planned: ${work.title}. It was no incident.`
    if (incident.active) this.setStatus(incident, 'resolved', 'resolved', actor, text, at)
    else this.note(incident, 'note', actor, text, at)
    return excused
  }

  /** What is to be written since the last call; bounded, so call until `more` is false to be up to date. */
  changes(): { changes: IncidentChanges; more: boolean } {
    const members: { incident: number; member: Member }[] = []
    const gone: { incident: number; machine: number }[] = []
    const records: IncidentRecord[] = []
    let more = false
    for (const incident of this.#incidents.values()) {
      if (incident.changed) {
        incident.record.practices = incident.tally.sitesHit
        incident.record.cohorts = { ...incident.tally.total }
        records.push({ ...incident.record })
        incident.changed = false
      }
      for (const machine of incident.dirty) {
        if (members.length + gone.length >= MEMBERS_PER_FLUSH) {
          more = true
          break
        }
        incident.dirty.delete(machine)
        const member = incident.members.get(machine)
        if (member) members.push({ incident: incident.record.id, member: { ...member } })
        else gone.push({ incident: incident.record.id, machine })
      }
    }
    const changes = { records, members, gone, history: this.#history, samples: this.#samples }
    this.#history = []
    this.#samples = []
    return { changes, more }
  }

  /** Takes back what could not be written, to be written at the next flush. */
  unwritten(changes: IncidentChanges): void {
    for (const { id } of changes.records) {
      const incident = this.#incidents.get(id)
      if (incident) incident.changed = true
    }
    for (const { incident, member } of changes.members) this.#incidents.get(incident)?.dirty.add(member.machine)
    for (const { incident, machine } of changes.gone) this.#incidents.get(incident)?.dirty.add(machine)
    this.#history = [...changes.history, ...this.#history]
    this.#samples = [...changes.samples, ...this.#samples]
  }

  #raise(number: number, at: number, assessment: Assessment): void {
    if (this.#byDetectorNumber.has(number)) return
    const { fact } = assessment.suspect
    const cause = componentRef(this.#deps.facts.get(fact).key)
    const twin = this.active().find((other) => other.record.cause?.key === cause.key)
    if (twin) {
      // the detector began afresh and found again what is already open
      twin.record.detectorNumber = number
      this.#byDetectorNumber.set(number, twin)
      this.#reassess(twin, assessment, at, null)
      return
    }
    const incident = this.#new({
      ...this.#blank(cause.kind === 'model' ? 'model' : 'component', at),
      detectorNumber: number,
    })
    this.#assess(incident, assessment, at)
    incident.follow(exposureTo(assessment, this.#deps.detector), at)
    this.#backfill(incident, at)
    this.note(incident, 'opened', 'collector', incident.record.sentence, at)
  }

  #join(incident: Incident, failure: Failure, at: number): void {
    incident.fail(failure.machine, failure.failedAt, failureReason(failure), at)
    if (isReportedCrash(failure)) incident.record.title = titleOnceCrashed(incident.record.title)
    if (incident.record.status !== 'contained' && incident.record.status !== 'resolved') return
    if (failure.failedAt < (incident.record.containedAt ?? 0)) return
    this.reopen(incident, 'collector', 'A machine was newly affected.', at)
  }

  #reassess(incident: Incident, assessment: Assessment, at: number, previous: Suspect | null): void {
    const before = incident.record.title
    this.#assess(incident, assessment, at)
    if (!previous) return
    incident.follow(exposureTo(assessment, this.#deps.detector), at)
    const text = `The suspect changed, as the evidence grew, from “${before}” to “${incident.record.title}”.`
    this.note(incident, 'suspect-changed', 'collector', text, at)
  }

  #assess(incident: Incident, assessment: Assessment, at: number): void {
    const explanation = { ...explain(assessment, this.#deps.facts), judgedAt: at }
    const { record } = incident
    record.cause = componentRef(this.#deps.facts.get(assessment.suspect.fact).key)
    record.partner = this.#partnerRef(assessment.suspect)
    record.explanation = explanation
    record.sentence = explanation.sentence
    // an assessment carries the newest failures only: a crash among older ones stays known
    const called = title(assessment, record.cause, record.partner, true)
    const crashed = record.title === called || assessment.evidence.some(isReportedCrash)
    record.title = title(assessment, record.cause, record.partner, crashed)
    const { log10P, log10Threshold } = assessment.strength
    const confidence = confidenceOf(log10P, log10Threshold, assessment.ranking[0]?.score ?? 0)
    // one place cannot tell a bad version from what only that place has
    record.confidence = isOfOnePlace(assessment) && confidence === 'certain' ? 'strong' : confidence
    incident.changed = true
  }

  #partnerRef(suspect: Suspect): ComponentRef | null {
    return suspect.partner === null ? null : componentRef(this.#deps.facts.get(suspect.partner).key)
  }

  #exposureOf(record: IncidentRecord): Exposure | null {
    const fact = record.cause && this.#deps.facts.find(record.cause.key)
    if (fact === null || fact === undefined) return null
    const factsOf = (refs: readonly ComponentRef[]): FactId[] =>
      refs.map((ref) => this.#deps.facts.find(ref.key)).filter((known) => known !== undefined)
    const [partner = null] = factsOf(record.partner ? [record.partner] : [])
    return new Exposure({ fact, partner }, factsOf(record.explanation?.partnerVersions ?? []), this.#deps.detector)
  }

  #add(incident: Incident): Incident {
    const { id, detectorNumber } = incident.record
    this.#incidents.set(id, incident)
    if (detectorNumber !== null) this.#byDetectorNumber.set(detectorNumber, incident)
    return incident
  }

  #new(record: IncidentRecord): Incident {
    return this.#add(new Incident(record, this.#deps.fleet))
  }

  #blank(kind: IncidentKind, at: number): IncidentRecord {
    return {
      id: ++this.#lastId,
      kind,
      status: 'open',
      title: '',
      sentence: '',
      cause: null,
      partner: null,
      confidence: 'likely',
      openedAt: at,
      firstFailureAt: at,
      lastFailureAt: at,
      containedAt: null,
      resolvedAt: null,
      owner: null,
      mergedInto: null,
      detectorNumber: null,
      subject: null,
      explanation: null,
      practices: 0,
      cohorts: noCohorts(),
    }
  }

  /** The minutes before an incident was raised, so that its chart shows how it began. */
  #backfill(incident: Incident, now: number): void {
    const first =
      Math.floor((incident.record.firstFailureAt - 10 * SAMPLE_EVERY_MS) / SAMPLE_EVERY_MS) * SAMPLE_EVERY_MS
    const oldest = Math.max(first, now - 6 * 60 * SAMPLE_EVERY_MS)
    for (let at = oldest; at < now - SAMPLE_EVERY_MS; at += SAMPLE_EVERY_MS) this.#sample(incident, at)
  }

  #sample(incident: Incident, at: number): void {
    const exposed = (machine: number): boolean => incident.exposure?.has(machine) ?? false
    const isMember = (machine: number): boolean =>
      exposed(machine) || (incident.members.get(machine)?.failures ?? 0) > 0
    const failed = this.#recent.count(at, at + SAMPLE_EVERY_MS, isMember)
    const { total } = incident.tally
    const machinesWith = total.affected + total['at-risk'] + total.recovered + total.relapsed + total.missing
    const sample: Sample = {
      at,
      failedWith: failed.with,
      failedWithout: failed.without,
      machinesWith,
      machinesWithout: Math.max(0, this.#deps.fleet.connected() - total['at-risk'] - total.recovered),
      cohorts: { ...total },
    }
    this.#samples.push({ incident: incident.record.id, sample })
  }
}

function exposureTo(assessment: Assessment, detector: Pick<Detector, 'exposed'>): Exposure {
  return new Exposure(assessment.suspect, assessment.partnerVersions, detector)
}

/** How a technician's word moves a machine. */
export const MARK_MOVES: Readonly<Record<'recovered' | 'not-recovered', Move>> = {
  recovered: { cohort: 'recovered', reason: 'a technician says that it works again' },
  'not-recovered': { cohort: 'affected', reason: 'a technician says that it does not work' },
}
