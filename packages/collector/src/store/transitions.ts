import { sql } from 'kysely'
import type { Db } from './db.ts'
import { givenRows } from './given-rows.ts'
import type { MachineState } from './schema.ts'

export interface NewTransition {
  readonly machineId: number
  readonly at: number
  readonly from: MachineState
  readonly to: MachineState
  readonly reason: string
  readonly lastHeard: number
}

/**
 * Writes changes of state, and the state that each machine ends up in.
 * @param isAgain they may be there already: a write that failed may have taken effect, its answer being lost
 */
export async function insertTransitions(db: Db, transitions: readonly NewTransition[], isAgain = false): Promise<void> {
  const entering = transitions.filter((t) => t.from !== t.to)
  const changes = isAgain ? await withoutStored(db, entering) : entering
  if (changes.length > 0)
    await db
      .insertInto('machine_transition')
      .values(
        changes.map((t) => ({
          machine_id: t.machineId,
          at: t.at,
          from_state: t.from,
          to_state: t.to,
          reason: t.reason,
        })),
      )
      .execute()
  const entered = new Map(entering.map((t) => [t.machineId, t.at]))
  await setStates(db, [...new Map(transitions.map((t) => [t.machineId, t])).values()], entered)
}

/** Those that are not there: a machine does not enter a state twice in a millisecond. */
async function withoutStored(db: Db, changes: readonly NewTransition[]): Promise<NewTransition[]> {
  if (changes.length === 0) return []
  const { rows } = await sql<{ machine: number; at: number; state: string }>`
    select t.machine, t.at, t.state
    from ${givenRows(
      db,
      { machine: 'bigint', at: 'bigint', state: 'text' },
      changes.map(({ machineId, at, to }) => ({ machine: machineId, at, state: to })),
    )}
    join machine_transition m on m.machine_id = t.machine and m.at = t.at and m.to_state = t.state`.execute(db)
  const keyOf = (machine: number, at: number, state: string) => `${machine} ${at} ${state}`
  const there = new Set(rows.map(({ machine, at, state }) => keyOf(machine, at, state)))
  return changes.filter(({ machineId, at, to }) => !there.has(keyOf(machineId, at, to)))
}

/** All by one statement: whoever else changes one of these machines waits for it, and for nothing between two of them. */
async function setStates(db: Db, last: readonly NewTransition[], entered: ReadonlyMap<number, number>): Promise<void> {
  if (last.length === 0) return
  const columns = { machine: 'bigint', state: 'text', reason: 'text', heard: 'bigint', since: 'bigint' } as const
  const rows = last.map((t) => ({
    machine: t.machineId,
    state: t.to,
    reason: t.reason,
    heard: t.lastHeard,
    since: entered.get(t.machineId) ?? null,
  }))
  await sql`
    update machine
    set state = t.state, state_reason = t.reason, last_seen = t.heard, state_since = coalesce(t.since, state_since)
    from ${givenRows(db, columns, rows)}
    where id = t.machine`.execute(db)
}
