import type { IncidentHistoryEntry, IncidentRow, RecoveryRow } from '@pumphandle/shared/api'
import { type IncidentDesk, IncidentReader, type ReaderDeps } from '../incidents/index.ts'
import type { IncidentRecord } from '../model/incident-record.ts'
import { Refusal } from '../model/refusal.ts'
import { readMembers } from '../store/incidents.ts'
import type { IncidentsWithin } from './incidents.ts'

/** What people do with incidents, and read of them. */
export type Desk = Pick<
  IncidentDesk,
  | 'acknowledge'
  | 'detail'
  | 'list'
  | 'mark'
  | 'merge'
  | 'note'
  | 'owner'
  | 'picture'
  | 'recovery'
  | 'reopen'
  | 'resolve'
  | 'series'
>

interface Deps extends ReaderDeps {
  readonly incidents: IncidentsWithin
  /** Of the whole fleet. */
  readonly whole: IncidentDesk
}

/**
 * The desk of somebody who has some places: reads what is of them, marks their machines, and acts on incidents that have no
 * machine elsewhere.
 */
export class DeskWithin extends IncidentReader implements Desk {
  readonly #deps: Deps

  constructor(deps: Deps) {
    super(deps)
    this.#deps = deps
  }

  override flush(): Promise<void> {
    return this.#deps.whole.flush()
  }

  acknowledge(id: number, actor: string): Promise<IncidentRow | null> {
    return this.#act(id, (whole) => whole.acknowledge(id, actor))
  }
  owner(id: number, actor: string, owner: string | null, instead?: string | null): Promise<IncidentRow | null> {
    return this.#act(id, (whole) => whole.owner(id, actor, owner, instead))
  }
  resolve(id: number, actor: string, text?: string): Promise<IncidentRow | null> {
    return this.#act(id, (whole) => whole.resolve(id, actor, text))
  }
  reopen(id: number, actor: string, text?: string): Promise<IncidentRow | null> {
    return this.#act(id, (whole) => whole.reopen(id, actor, text))
  }
  async merge(id: number, into: number, actor: string): Promise<IncidentRow | null> {
    if (!(await this.mayAct(into))) return null
    return this.#act(id, (whole) => whole.merge(id, into, actor))
  }
  async note(id: number, actor: string, text: string): Promise<IncidentHistoryEntry | null> {
    return (await this.mayAct(id)) ? this.#deps.whole.note(id, actor, text) : null
  }
  /** Of a machine that is in the places; the caller found it there. */
  async mark(...[id, machine, ...said]: Parameters<IncidentDesk['mark']>): Promise<RecoveryRow | null> {
    return this.#deps.fleet.has(machine) ? this.#deps.whole.mark(id, machine, ...said) : null
  }

  /**
   * Whether there is such an incident here.
   * @throws Refusal 403 where it has machines elsewhere, too: what is done to it would be done for others
   */
  async mayAct(id: number): Promise<boolean> {
    const mine = await this.members(id)
    const all = await this.#deps.whole.members(id)
    if (!mine || !all) return false
    if (mine.length > 0 && mine.length === all.length) return true
    throw new Refusal(
      'not-allowed',
      'Not yours alone',
      'This incident has machines outside your places, too. Mark your machines, and ask somebody who sees all of it.',
    )
  }

  protected override async rowOf(record: IncidentRecord): Promise<IncidentRow> {
    const { clock, incidents, store } = this.#deps
    return incidents.view(record, await readMembers(store.reader, record.id)).row(clock.now())
  }

  async #act(id: number, act: (whole: IncidentDesk) => Promise<IncidentRow | null>): Promise<IncidentRow | null> {
    if (!(await this.mayAct(id)) || !(await act(this.#deps.whole))) return null
    this.#deps.incidents.changed(id)
    return (await this.detail(id))?.incident ?? null
  }
}
