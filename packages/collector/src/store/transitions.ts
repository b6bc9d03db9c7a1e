import type { MachineState } from './schema.ts'
import type { Db } from './store.ts'

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
