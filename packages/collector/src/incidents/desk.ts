import type { IncidentHistoryEntry, IncidentRow, RecoveryRow } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { Serial } from '@pumphandle/shared/flow'
import type { FleetView } from '../model/fleet-view.ts'
import type { HistoryRow } from '../model/incident-record.ts'
import { Refusal } from '../model/refusal.ts'
import {
  type IncidentChanges,
  incidentsOfFailures,
  type RecoveryMark,
  readHistory,
  readIncident,
  readMembers,
  writeIncidents,
  writeMark,
} from '../store/incidents.ts'
import type { Store, Tx } from '../store/index.ts'
import type { Incident, PlannedWork } from './incident.ts'
import { type Incidents, MARK_MOVES } from './incidents.ts'
import { HISTORY_SHOWN, IncidentReader } from './reader.ts'

export interface DeskDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly store: Store
  readonly fleet: FleetView
  readonly incidents: Incidents
  /** Asked at the moment that changes are taken: what is to be written along with them, that says up to where they go. */
  readonly upTo?: (() => ((tx: Tx) => Promise<void>) | undefined) | undefined
}

/** What people read of incidents and do to them. */
export class IncidentDesk extends IncidentReader {
  readonly #deps: DeskDeps
  readonly #flushes = new Serial()
  /** The last write failed, and may have taken effect all the same: its answer was lost. */
  #isUnsure = false

  constructor(deps: DeskDeps) {
    super(deps)
    this.#deps = deps
  }

  /** Writes what has changed in memory. One at a time; call every second and before the end. */
  flush(): Promise<void> {
    return this.#flushes.run(async () => {
      for (let more = true; more; ) {
        const next = this.#deps.incidents.changes()
        const writeUpTo = this.#deps.upTo?.()
        more = next.more
        if (isEmpty(next.changes) && !writeUpTo) continue
        try {
          await this.#deps.store.transaction(async (tx) => {
            await writeIncidents(tx, next.changes, this.#isUnsure)
            // some of what was known at that moment is still to be written
            if (!next.more) await writeUpTo?.(tx)
          })
          this.#isUnsure = false
        } catch (error) {
          this.#isUnsure = true
          this.#deps.incidents.unwritten(next.changes)
          throw error
        }
      }
    })
  }

  /** @param takes whether the actor has it from now on, where nobody has: who only acknowledges leaves it to others */
  acknowledge(id: number, actor: string, { takes = false } = {}): Promise<IncidentRow | null> {
    return this.#act(id, (incident, now) => {
      if (incident.record.status !== 'open') return
      if (takes) incident.record.owner ??= actor
      this.#deps.incidents.setStatus(incident, 'acknowledged', 'acknowledged', actor, `${actor} acknowledged it.`, now)
    })
  }

  async note(id: number, actor: string, text: string): Promise<IncidentHistoryEntry | null> {
    let noted: HistoryRow | undefined
    const row = await this.#act(id, (incident, now) => {
      noted = this.#deps.incidents.note(incident, 'note', actor, text, now)
    })
    if (!row) return null
    const history = await readHistory(this.#deps.store.db, id, HISTORY_SHOWN)
    return history.findLast((entry) => entry.at === noted?.at && entry.actor === actor && entry.text === text) ?? null
  }

  /**
   * @param instead who has it as far as the actor knows; undefined: whoever has it
   * @throws Refusal where somebody else has taken it meanwhile
   */
  owner(id: number, actor: string, owner: string | null, instead?: string | null): Promise<IncidentRow | null> {
    return this.#act(id, (incident, now) => {
      const has = incident.record.owner
      if (instead !== undefined && has !== instead && has !== owner)
        throw new Refusal(
          'conflict',
          'Somebody else has it',
          has === null ? 'Its owner gave it back a moment ago.' : `${has} took it a moment ago. Ask them first.`,
        )
      incident.record.owner = owner
      const text = owner === null ? `${actor} took the owner off.` : `${actor} made ${owner} the owner.`
      this.#deps.incidents.note(incident, 'owner', actor, text, now)
      // whoever has it has seen it
      if (owner !== null && incident.record.status === 'open')
        this.#deps.incidents.setStatus(
          incident,
          'acknowledged',
          'acknowledged',
          actor,
          `${actor} acknowledged it.`,
          now,
        )
    })
  }

  resolve(id: number, actor: string, text?: string): Promise<IncidentRow | null> {
    return this.#act(id, (incident, now) => {
      if (!incident.active) return
      this.#deps.incidents.setStatus(incident, 'resolved', 'resolved', actor, text ?? `${actor} resolved it.`, now)
    })
  }

  /**
   * Planned work that was told only afterwards: what failed in it was meant.
   * @returns incidents that were nothing else, and machines that are excused
   */
  async plan(work: PlannedWork, actor: string): Promise<{ incidents: number; machines: number }> {
    const ids = await incidentsOfFailures(this.#deps.store.reader, work)
    const active = this.#deps.incidents.active().map(({ record }) => record.id)
    let incidents = 0
    const machines = new Set<number>()
    for (const id of new Set([...ids, ...active])) {
      await this.#act(id, (incident, now) => {
        const before = [...work.machines].filter((machine) => (incident.members.get(machine)?.failures ?? 0) > 0)
        if (this.#deps.incidents.excuse(incident, work, actor, now) === 0) return
        for (const machine of before) if (incident.members.get(machine)?.failures === 0) machines.add(machine)
        if (incident.record.planned === work.title) incidents++
      })
    }
    return { incidents, machines: machines.size }
  }

  reopen(id: number, actor: string, text?: string): Promise<IncidentRow | null> {
    return this.#act(id, (incident, now) => {
      if (incident.active) return
      incident.record.mergedInto = null
      incident.record.planned = undefined
      this.#deps.incidents.reopen(incident, actor, text ?? `${actor} reopened it.`, now)
    })
  }

  /** Merges into another incident that is not over; null when either is not there. */
  async merge(id: number, into: number, actor: string): Promise<IncidentRow | null> {
    const target = this.#deps.incidents.get(into)
    if (!target?.active || id === into) return null
    return this.#act(id, (incident, now) => this.#deps.incidents.merge(incident, target, actor, now))
  }

  /** A technician's word about one machine; null when it is not in the incident. */
  async mark(
    id: number,
    machine: number,
    mark: 'attended' | 'recovered' | 'not-recovered',
    actor: string,
    note: string | null,
  ): Promise<RecoveryRow | null> {
    const now = this.#now()
    const said: RecoveryMark = { machine, mark, note, markedBy: actor, markedAt: now }
    const found = await this.#act(id, (incident) => {
      const member = incident.members.get(machine)
      if (!member) return
      if (mark !== 'attended') incident.mark(machine, MARK_MOVES[mark], now)
      const text = `${actor} marked ${this.#deps.fleet.nameOf(machine)} ${mark}.${note ? ` ${note}` : ''}`
      this.#deps.incidents.note(incident, 'machine-marked', actor, text, now)
    })
    const member = found && this.#deps.incidents.get(id)?.members.get(machine)
    if (!member) return null
    await this.#deps.store.transaction((tx) => writeMark(tx, id, said))
    return this.recoveryRow(member, said)
  }

  async #act(id: number, change: (incident: Incident, now: number) => void): Promise<IncidentRow | null> {
    let incident = this.#deps.incidents.get(id)
    if (!incident) {
      const record = await readIncident(this.#deps.store.reader, id)
      if (!record) return null
      const members = await readMembers(this.#deps.store.reader, id)
      this.#deps.incidents.restore(record, members)
      incident = this.#deps.incidents.get(id)
    }
    if (!incident) return null
    change(incident, this.#now())
    await this.flush()
    return incident.row(this.#now())
  }

  #now(): number {
    return this.#deps.clock.now()
  }
}

function isEmpty(changes: IncidentChanges): boolean {
  return Object.values(changes).every((list: readonly unknown[]) => list.length === 0)
}
