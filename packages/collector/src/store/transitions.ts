import { sql } from 'kysely'
import { type Db, isPostgres } from './db.ts'
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
  const last = new Map(transitions.map((t) => [t.machineId, t]))
  const entered = new Map(changes.map((t) => [t.machineId, t.at]))
  if (isPostgres(db)) return setStates(db, [...last.values()], entered)
  for (const t of last.values()) {
    const since = entered.get(t.machineId)
    await db
      .updateTable('machine')
      .set({
        state: t.to,
        state_reason: t.reason,
        last_seen: t.lastHeard,
        ...(since === undefined ? {} : { state_since: since }),
      })
      .where('id', '=', t.machineId)
      .execute()
  }
}

/** All by one statement: whoever else changes one of these machines waits for it, and for nothing between two of them. */
async function setStates(db: Db, last: readonly NewTransition[], entered: ReadonlyMap<number, number>): Promise<void> {
  if (last.length === 0) return
  await sql`
    update machine
    set state = t.state, state_reason = t.reason, last_seen = t.heard, state_since = coalesce(t.since, state_since)
    from unnest(
      ${last.map((t) => t.machineId)}::bigint[], ${last.map((t) => t.to)}::text[], ${last.map((t) => t.reason)}::text[],
      ${last.map((t) => t.lastHeard)}::bigint[], ${last.map((t) => entered.get(t.machineId) ?? null)}::bigint[])
      as t (machine, state, reason, heard, since)
    where id = t.machine`.execute(db)
}
