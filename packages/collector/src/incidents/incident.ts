import type { IncidentRow, IncidentStatus } from '@pumphandle/shared/api'
import { SECOND } from '@pumphandle/shared/time'
import { hitOf, illOf, isActive, isIll } from '@pumphandle/shared/words'
import type { FleetView } from '../model/fleet-view.ts'
import { type IncidentRecord, rowOfRecord } from '../model/incident-record.ts'
import type { Member } from '../model/member.ts'
import { afterExposure, afterFailure, afterTime, isVerified, type Move } from './cohorts.ts'
import type { Exposure } from './exposure.ts'
import { CONTAINED_AFTER_MS, GROWTH_WINDOW_MS, RESOLVED_AFTER_MS } from './limits.ts'
import { withCounts } from './sentence.ts'
import { Tally } from './tally.ts'

/** Work that was planned, and told only afterwards. */
export interface PlannedWork {
  readonly title: string
  /** Failures of these machines between the two times were meant, ms epoch. */
  readonly machines: ReadonlySet<number>
  readonly from: number
  readonly until: number
}

/** One incident in memory: its record, its members by cohort, and what has changed since it was last written. */
export class Incident {
  readonly record: IncidentRecord
  readonly members = new Map<number, Member>()
  readonly tally = new Tally()
  /** Machines that failed first within the time over which growth is told, looked over at `#grownAt`, ms epoch. */
  readonly #young = new Set<number>()
  #grownAt = Number.NEGATIVE_INFINITY
  /** Null for a verdict that has no component at fault. */
  exposure: Exposure | null = null
  /** Members to write or to delete at the next flush. */
  readonly dirty = new Set<number>()
  changed = true
  /** Members that failed and are not verified: the only ones that time moves. */
  readonly #watched = new Set<number>()
  readonly #fleet: FleetView

  constructor(record: IncidentRecord, fleet: FleetView) {
    this.record = record
    this.#fleet = fleet
  }

  get active(): boolean {
    return isActive(this.record.status)
  }

  /** The one place that sets the status, and the times that go with it. */
  become(status: IncidentStatus, at: number): void {
    this.record.status = status
    if (status === 'contained') this.record.containedAt = at
    else if (status === 'open' || status === 'acknowledged') this.record.containedAt = null
    this.record.resolvedAt = status === 'resolved' || status === 'merged' ? at : null
    this.changed = true
  }

  /** A failure that this incident explains. */
  fail(machine: number, failedAt: number, reason: string, now: number): void {
    const member = this.members.get(machine)
    const move = afterFailure(member, reason)
    const next = this.#move(machine, move, now)
    next.failures++
    next.failedAt = Math.max(next.failedAt, failedAt)
    next.firstFailedAt = next.firstFailedAt === 0 ? failedAt : Math.min(next.firstFailedAt, failedAt)
    next.verified = false
    next.exposed = this.exposure?.has(machine) ?? false
    this.#watched.add(machine)
    this.#grow(next, now)
    this.record.firstFailureAt = Math.min(this.record.firstFailureAt, failedAt)
    this.record.lastFailureAt = Math.max(this.record.lastFailureAt, failedAt)
  }

  /** Takes over a failed member of an incident that was merged into this one, as well or ill as it is. */
  absorb(other: Member, now: number): void {
    const known = this.members.get(other.machine)
    if (!known || known.failedAt < other.failedAt) {
      const next = this.#move(other.machine, other, now)
      next.since = other.since
      next.verified = other.verified
      next.exposed = this.exposure?.has(other.machine) ?? false
      next.failedAt = other.failedAt
      if (!next.verified) this.#watched.add(other.machine)
    }
    const member = known ?? (this.members.get(other.machine) as Member)
    member.failures = Math.max(member.failures, other.failures)
    member.firstFailedAt = Math.min(member.firstFailedAt || other.firstFailedAt, other.firstFailedAt)
    this.#grow(member, now)
    this.record.firstFailureAt = Math.min(this.record.firstFailureAt, other.failedAt)
    this.record.lastFailureAt = Math.max(this.record.lastFailureAt, other.failedAt)
  }

  /** The machine turned out not to have failed, or to belong elsewhere. */
  unfail(machine: number, now: number): void {
    const member = this.members.get(machine)
    if (!member || member.failures === 0) return
    member.failures--
    const { failedAt } = member
    if (member.failures > 0) return
    member.failedAt = 0
    member.firstFailedAt = 0
    this.#young.delete(machine)
    this.#watched.delete(machine)
    if (failedAt === this.record.firstFailureAt) this.record.firstFailureAt = this.#firstFailure()
    if (this.exposure?.has(machine)) {
      this.#move(
        machine,
        { cohort: 'at-risk', reason: 'was held to have failed, but was alive; still has the suspect' },
        now,
      )
    } else this.forget(machine)
  }

  /** A machine's failure was meant: it was never ill by this. False where it failed at another time, too, or not at all. */
  excuse(machine: number, work: PlannedWork, now: number): boolean {
    const member = this.members.get(machine)
    if (!member || member.failures === 0) return false
    if (member.firstFailedAt < work.from || member.failedAt > work.until) return false
    member.failures = 0
    member.failedAt = 0
    member.firstFailedAt = 0
    this.#young.delete(machine)
    this.#watched.delete(machine)
    const cohort = this.exposure?.has(machine) ? 'at-risk' : 'cleared'
    this.#move(machine, { cohort, reason: `its failure was planned: ${work.title}` }, now)
    return true
  }

  /** Whether the machine has the suspect has changed. */
  expose(machine: number, now: number): void {
    if (!this.exposure) return
    const exposed = this.exposure.has(machine)
    const member = this.members.get(machine)
    if (member && member.exposed !== exposed) {
      member.exposed = exposed
      this.#touch(machine)
    }
    const move = afterExposure(member, exposed)
    if (move && move.cohort !== member?.cohort) this.#move(machine, move, now).exposed = exposed
  }

  /** Members follow a new suspect: those at risk of the old one only are let go, the new one's are taken in. */
  follow(exposure: Exposure, now: number): void {
    this.exposure = exposure
    for (const member of this.members.values()) {
      if (member.failures === 0 && !exposure.has(member.machine)) this.forget(member.machine)
      else member.exposed = exposure.has(member.machine)
    }
    for (const machine of exposure.machines()) this.expose(machine, now)
  }

  /** A person says how a machine is. */
  mark(machine: number, move: Move, now: number): void {
    if (this.members.has(machine)) this.#move(machine, move, now)
  }

  /** Moves members as time passes, and the incident's own status. Answers with the status it went to, or null. */
  review(now: number): 'contained' | 'resolved' | null {
    for (const machine of this.#watched) {
      const member = this.members.get(machine)
      if (!member) continue
      const presence = this.#fleet.presence(machine)
      const move = afterTime(member, presence, now)
      if (move) this.#move(machine, move, now)
      if (isVerified(member, presence, now)) {
        member.verified = true
        this.#watched.delete(machine)
        this.#touch(machine)
      }
    }
    // the end of a line's, a service's or a machine's trouble is told by what is seen of it, not by quiet
    if (!this.record.cause) return null
    const { status } = this.record
    if ((status === 'open' || status === 'acknowledged') && now - this.record.lastFailureAt >= CONTAINED_AFTER_MS) {
      this.become('contained', now)
      return 'contained'
    }
    if (
      status === 'contained' &&
      illOf(this.tally.total) === 0 &&
      now - this.record.lastFailureAt >= RESOLVED_AFTER_MS
    ) {
      this.become('resolved', now)
      return 'resolved'
    }
    return null
  }

  forget(machine: number): void {
    const member = this.members.get(machine)
    if (!member) return
    this.tally.add(this.#fleet.siteOf(machine), member.cohort, -1)
    this.members.delete(machine)
    this.#young.delete(machine)
    this.#watched.delete(machine)
    this.#touch(machine)
  }

  /** Takes back a stored member after a restart. */
  restore(member: Member): void {
    this.members.set(member.machine, member)
    this.tally.add(this.#fleet.siteOf(member.machine), member.cohort, 1)
    if (member.failures > 0 && (isIll(member.cohort) || !member.verified)) this.#watched.add(member.machine)
    if (member.failures > 0) this.#young.add(member.machine)
  }

  row(now: number): IncidentRow {
    const counts = { cohorts: { ...this.tally.total }, practices: this.tally.sitesHit }
    return { ...rowOfRecord({ ...this.record, ...counts, sentence: this.#sentence() }), growth: this.#growth(now) }
  }

  /** What is told late may have happened before the time over which growth is told. */
  #grow({ machine, firstFailedAt }: Member, now: number): void {
    if (firstFailedAt > now - GROWTH_WINDOW_MS) this.#young.add(machine)
    else this.#young.delete(machine)
  }

  /** Machines that failed first in the last minutes, by when they did, and not by when it was known. */
  #growth(now: number): number {
    // asked at every failure: looked over once a second, not by each of them
    if (Math.abs(now - this.#grownAt) < SECOND) return this.#young.size
    this.#grownAt = now
    for (const machine of this.#young) {
      const first = this.members.get(machine)?.firstFailedAt ?? 0
      if (first <= now - GROWTH_WINDOW_MS) this.#young.delete(machine)
    }
    return this.#young.size
  }

  /** The finding with the numbers of now, not of the moment when it was judged. */
  #sentence(): string {
    const { sentence, explanation, cohorts: _ } = this.record
    if (!explanation) return sentence
    return withCounts(sentence, this.members.size, hitOf(this.tally.total))
  }

  #firstFailure(): number {
    let first = this.record.openedAt
    for (const member of this.members.values()) if (member.failedAt > 0) first = Math.min(first, member.failedAt)
    return first
  }

  #move(machine: number, move: Move, now: number): Member {
    const site = this.#fleet.siteOf(machine)
    let member = this.members.get(machine)
    if (member) this.tally.add(site, member.cohort, -1)
    else {
      member = {
        machine,
        cohort: move.cohort,
        since: now,
        reason: '',
        exposed: false,
        failures: 0,
        failedAt: 0,
        firstFailedAt: 0,
        verified: false,
      }
      this.members.set(machine, member)
    }
    if (member.cohort !== move.cohort) member.since = now
    member.cohort = move.cohort
    member.reason = move.reason
    this.tally.add(site, move.cohort, 1)
    this.#touch(machine)
    return member
  }

  #touch(machine: number): void {
    this.dirty.add(machine)
    this.changed = true
  }
}
