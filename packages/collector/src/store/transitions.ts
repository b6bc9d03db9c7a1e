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

/** Writes changes of state, and the state that each machine ends up in. */
export async function insertTransitions(db: Db, transitions: readonly NewTransition[]): Promise<void> {
  const changes = transitions.filter((t) => t.from !== t.to)
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
  const entered = new Map(changes.map((t) => [t.machineId, t.at]))
  await setStates(db, [...new Map(transitions.map((t) => [t.machineId, t])).values()], entered)
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
