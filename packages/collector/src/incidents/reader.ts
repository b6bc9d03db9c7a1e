import type {
  CohortCounts,
  IncidentDetail,
  IncidentPicture,
  IncidentRow,
  IncidentSeries,
  IncidentStatus,
  RecoveryPage,
  RecoveryRow,
} from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { ACTIVE_STATUSES, hitOf, illOf, type Working } from '@pumphandle/shared/words'
import type { FleetView } from '../model/fleet-view.ts'
import { type IncidentRecord, rowOfRecord } from '../model/incident-record.ts'
import type { Member } from '../model/member.ts'
import { ratePer1000Hours } from '../model/sample.ts'
import {
  countIncidents,
  type RecoveryMark,
  readHistory,
  readIncident,
  readIncidents,
  readMarks,
  readMembers,
  readSamples,
} from '../store/incidents.ts'
import type { Store } from '../store/index.ts'
import { LATELY_MS, latecomersOf } from '../store/probation.ts'
import { listRunbooks } from '../store/runbooks.ts'
import { cohortsBefore } from './before-raised.ts'
import type { Incident } from './incident.ts'
import type { Incidents } from './incidents.ts'
import { MOST_BEFORE_MS, SAMPLE_EVERY_MS } from './limits.ts'
import { incidentPicture } from './picture.ts'
import { runbookFor } from './runbooks.ts'
import { noCohorts } from './tally.ts'

/** Entries of an incident's history that its page shows. */
export const HISTORY_SHOWN = 500

export interface ReaderDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly store: Pick<Store, 'reader'>
  readonly fleet: FleetView
  readonly incidents: Pick<Incidents, 'get' | 'view'>
}

/** What people read of incidents, for the API, exports and the command line. */
export abstract class IncidentReader {
  readonly #deps: ReaderDeps

  constructor(deps: ReaderDeps) {
    this.#deps = deps
  }

  /** Writes what has changed in memory, so that what is read has it. */
  abstract flush(): Promise<void>

  /** Newest first. `status` `active` is everything that is not over; `cursor` is from the page before. */
  async list(options: { status: 'active' | 'all' | IncidentStatus; cursor?: number; limit: number }) {
    const { status, cursor, limit } = options
    await this.flush()
    const statuses = status === 'active' ? ACTIVE_STATUSES : status === 'all' ? [] : [status]
    const before = cursor === undefined ? {} : { before: cursor }
    const records = await readIncidents(this.#deps.store.reader, { statuses, limit: limit + 1, ...before })
    const items: IncidentRow[] = []
    for (const record of records.slice(0, limit))
      items.push(this.#deps.incidents.get(record.id)?.row(this.#now()) ?? (await this.rowOf(record)))
    const last = records.length > limit ? items.at(-1)?.id : undefined
    return {
      items,
      next: last === undefined ? null : String(last),
      total: await countIncidents(this.#deps.store.reader, statuses),
    }
  }

  /**
   * Everything about one incident; null when there is none of that id.
   * @param workingAt whether the practice of a site can work now, which the verdict on practices knows
   */
  async detail(id: number, workingAt: (site: number) => Working = () => 'unknown'): Promise<IncidentDetail | null> {
    const incident = await this.#load(id)
    if (!incident) return null
    await this.flush()
    const [history, runbooks, came] = await Promise.all([
      readHistory(this.#deps.store.reader, id, HISTORY_SHOWN),
      listRunbooks(this.#deps.store.reader),
      latecomersOf(this.#deps.store.reader, id, this.#now() - LATELY_MS),
    ])
    return {
      incident: incident.row(this.#now()),
      explanation: incident.record.explanation,
      runbook: runbookFor(runbooks, incident.record),
      history,
      standing: { ...this.#standing(incident), ...came },
      ...this.#bySite(incident, workingAt),
    }
  }

  #standing(incident: Incident): Pick<IncidentDetail['standing'], 'failed' | 'established'> {
    const failed = [...incident.members.values()].filter((member) => member.failures > 0)
    const established = failed.filter((member) => this.#deps.fleet.isEstablished(member.machine))
    return { failed: failed.length, established: established.length }
  }

  /** Rates with and without the suspect, and cohorts, by the minute. */
  async series(id: number): Promise<IncidentSeries | null> {
    const incident = await this.#load(id)
    if (!incident) return null
    await this.flush()
    const samples = await readSamples(this.#deps.store.reader, id)
    const seconds = SAMPLE_EVERY_MS / 1_000
    const { firstFailureAt, openedAt } = incident.record
    const raised = Math.floor(openedAt / SAMPLE_EVERY_MS) * SAMPLE_EVERY_MS
    const first = Math.floor(firstFailureAt / SAMPLE_EVERY_MS - 1) * SAMPLE_EVERY_MS
    const from = Math.max(raised - MOST_BEFORE_MS, Math.min(first, samples[0]?.at ?? raised))
    const before = await cohortsBefore(this.#deps.store.reader, id, incident.members.values(), {
      from,
      until: raised,
      hasCause: incident.record.cause !== null,
    })
    const earlier = new Map(samples.map((sample) => [sample.at, sample]))
    const after = samples.filter((sample) => sample.at >= raised)
    const all = [...before.map((_, i) => earlier.get(from + i * SAMPLE_EVERY_MS)), ...after]
    return {
      bucketSeconds: seconds,
      from,
      rateWith: all.map((s) => (s ? ratePer1000Hours(s.failedWith, s.machinesWith, seconds) : null)),
      rateWithout: all.map((s) => (s ? ratePer1000Hours(s.failedWithout, s.machinesWithout, seconds) : null)),
      cohorts: [...before, ...after.map((s) => s.cohorts)],
    }
  }

  /** The evidence as pictures; null when there is no such incident. */
  async picture(id: number): Promise<IncidentPicture | null> {
    const incident = await this.#load(id)
    if (!incident) return null
    await this.flush()
    return incidentPicture(this.#deps.store.reader, incident.record, this.#now())
  }

  /** The recovery board: machines that failed, in no order, with the counts above it. */
  async recovery(
    id: number,
    query: { cohort?: string; practice?: string; isFound?: (machine: number, name: string) => boolean },
  ): Promise<{ rows: RecoveryRow[]; counts: RecoveryPage['counts'] } | null> {
    const incident = await this.#load(id)
    if (!incident) return null
    const marks = new Map((await readMarks(this.#deps.store.reader, id)).map((mark) => [mark.machine, mark]))
    const failed = [...incident.members.values()].filter((member) => member.failures > 0)
    const rows = failed
      .filter((member) => !query.cohort || member.cohort === query.cohort)
      .filter((member) => query.isFound?.(member.machine, this.#deps.fleet.nameOf(member.machine)) ?? true)
      .map((member) => this.recoveryRow(member, marks.get(member.machine)))
      .filter((row) => !query.practice || (row.practice?.code ?? '-') === query.practice)
    const { total } = incident.tally
    return {
      rows,
      counts: {
        affected: failed.length,
        attended: marks.size,
        recovered: total.recovered,
        verified: failed.filter((member) => member.verified).length,
        missing: total.missing,
      },
    }
  }

  /** Members of an incident with their machine's row, for exports and for queries by cohort. */
  async members(id: number): Promise<Member[] | null> {
    const incident = await this.#load(id)
    return incident ? [...incident.members.values()] : null
  }

  /** One that is not in memory any more, as lists show it. */
  protected rowOf(record: IncidentRecord): IncidentRow | Promise<IncidentRow> {
    return rowOfRecord(record)
  }

  /** From memory; an incident that is over is read from the store for this one answer. */
  async #load(id: number): Promise<Incident | undefined> {
    const inMemory = this.#deps.incidents.get(id)
    if (inMemory) return inMemory
    const record = await readIncident(this.#deps.store.reader, id)
    return record && this.#deps.incidents.view(record, await readMembers(this.#deps.store.reader, id))
  }

  #bySite(incident: Incident, workingAt: (site: number) => Working): Pick<IncidentDetail, 'byPractice' | 'byRegion'> {
    const byPractice: IncidentDetail['byPractice'] = []
    const regions = new Map<string, { region: string; practices: number; cohorts: CohortCounts }>()
    for (const [site, cohorts] of incident.tally.bySite) {
      const practice = this.#deps.fleet.practiceOf(site)
      if (!practice || hitOf(cohorts) === 0) continue
      const machines = this.#deps.fleet.machinesAt(site).enrolled
      byPractice.push({ practice, machines, cohorts: { ...cohorts }, working: workingAt(site) })
      const name = practice.region ?? 'No region'
      const region = regions.get(name) ?? { region: name, practices: 0, cohorts: noCohorts() }
      region.practices++
      for (const cohort of Object.keys(cohorts) as (keyof CohortCounts)[]) region.cohorts[cohort] += cohorts[cohort]
      regions.set(name, region)
    }
    return {
      byPractice: byPractice.sort((a, b) => illOf(b.cohorts) - illOf(a.cohorts)),
      byRegion: [...regions.values()].sort((a, b) => illOf(b.cohorts) - illOf(a.cohorts)),
    }
  }

  protected recoveryRow(member: Member, mark: RecoveryMark | undefined): RecoveryRow {
    const { fleet } = this.#deps
    return {
      machine: fleet.uidOf(member.machine),
      name: fleet.nameOf(member.machine),
      practice: fleet.practiceOf(fleet.siteOf(member.machine)),
      cohort: member.cohort,
      reason: member.reason,
      mark: (mark?.mark as RecoveryRow['mark']) ?? null,
      markedBy: mark?.markedBy ?? null,
      markedAt: mark?.markedAt ?? null,
      verified: member.verified,
      lastSeen: fleet.presence(member.machine).lastHeard,
    }
  }

  #now(): number {
    return this.#deps.clock.now()
  }
}
