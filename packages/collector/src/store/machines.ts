import { isPostgres } from './db.ts'
import type { Practice } from './practices.ts'
import { ensurePractice, placement } from './practices.ts'
import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'
import { setAgentTags } from './tags.ts'

export interface NewMachine {
  readonly uid: string
  readonly name: string
  readonly practice: Practice | undefined
  readonly agentVersion: string
  readonly unmanaged: boolean
  readonly now: number
  /** Null: it is on probation. */
  readonly establishedAt: number | null
}

const NOT_YET_HEARD = 'Enrolled, and not heard from yet.'

export async function insertMachine(db: Db, m: NewMachine): Promise<Row<'machine'>> {
  return db
    .insertInto('machine')
    .values({
      uid: m.uid,
      name: m.name,
      ...placement(m.practice),
      state: 'offline',
      state_since: m.now,
      state_reason: NOT_YET_HEARD,
      model: null,
      os_name: null,
      first_seen: m.now,
      last_seen: m.now,
      last_boot_at: null,
      boot_id: null,
      last_crash_at: null,
      last_crash_stop: null,
      last_crash_culprit: null,
      unmanaged: m.unmanaged ? 1 : 0,
      agent_version: m.agentVersion,
      established_at: m.establishedAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** What a machine that is known says of itself, or what enrolment says of it: without a practice it stays where it is. */
export async function renameMachine(
  db: Db,
  id: number,
  now: { name: string; agentVersion: string; practice: Practice | undefined },
): Promise<Row<'machine'>> {
  return db
    .updateTable('machine')
    .set({ name: now.name, agent_version: now.agentVersion, ...(now.practice && placement(now.practice)) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function machineByUid(db: Reader, uid: string): Promise<Row<'machine'> | undefined> {
  return db.selectFrom('machine').selectAll().where('uid', '=', uid).executeTakeFirst()
}

/**
 * What a hello says of a machine: its name and agent may be new. Its practice is what enrolment and admins say; a machine
 * without one takes what it says itself.
 */
export async function identifyMachine(
  db: Db,
  id: number,
  said: { name: string; agentVersion: string; site: string | undefined; tags: readonly string[]; at: number },
): Promise<Row<'machine'>> {
  await setAgentTags(db, id, said.tags, said.at)
  // its practice is not written again: somebody may be moving it at this moment
  const named = { name: said.name, agentVersion: said.agentVersion }
  const row = await renameMachine(db, id, { ...named, practice: undefined })
  if (row.practice_id !== null || said.site === undefined) return row
  return renameMachine(db, id, { ...named, practice: await ensurePractice(db, said.site) })
}

/** Machines of one read: bounds the memory that a start needs. */
const PAGE = 5_000

/** Every machine of the fleet, by id; those that are retired are not in it. */
export async function* allMachines(db: Reader): AsyncGenerator<Row<'machine'>> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('machine')
      .selectAll()
      .where('id', '>', after)
      .where('retired_at', 'is', null)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = last.id
  }
}

/** Boot events since a time, oldest first. */
export async function recentBoots(
  db: Reader,
  since: number,
): Promise<{ seq: number; machineId: number; at: number; payload: string }[]> {
  return (
    db
      .selectFrom('event')
      .select(['seq', 'machine_id as machineId', 'at', 'payload'])
      .where('type', '=', 'boot')
      .where('at', '>', since)
      // nothing happens after it was received: other days are not looked at
      .$if(isPostgres(db), (q) => q.where('received_at', '>=', since))
      .orderBy('at')
      .execute()
  )
}
