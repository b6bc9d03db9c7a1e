import { isPostgres } from './db.ts'
import type { Practice } from './practices.ts'
import { ensurePractice, placement, practiceById } from './practices.ts'
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

/** What enrolment says of a machine that is known: it may have a new name or have moved. */
export async function renameMachine(
  db: Db,
  id: number,
  now: { name: string; agentVersion: string; practice: Practice | undefined },
): Promise<Row<'machine'>> {
  return db
    .updateTable('machine')
    .set({ name: now.name, agent_version: now.agentVersion, ...placement(now.practice) })
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
  const { practice_id } = await db
    .selectFrom('machine')
    .select('practice_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const practice =
    practice_id !== null
      ? await practiceById(db, practice_id)
      : said.site === undefined
        ? undefined
        : await ensurePractice(db, said.site)
  await setAgentTags(db, id, said.tags, said.at)
  const { name, agentVersion } = said
  return renameMachine(db, id, { name, agentVersion, practice })
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
