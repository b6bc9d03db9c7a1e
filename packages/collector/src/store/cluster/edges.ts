import { sql } from 'kysely'
import type { Db, Reader } from '../db.ts'
import type { Row } from '../tables.ts'

export type Edge = Row<'edge'>

/** The database's clock, ms epoch. */
export const databaseClock = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/**
 * A condition that always holds: the statement's own commit does not wait for the synchronous standby. For what says that
 * somebody is there, which has to be seen while that standby is away, and is worth nothing afterwards.
 */
export const waitsForNobody = sql<boolean>`set_config('synchronous_commit', 'local', true) = 'local'`

/** An edge begins. @returns its number, which no other ever has */
export async function registerEdge(db: Db, name: string, now: number): Promise<number> {
  const { id } = await db
    .insertInto('edge')
    .values({ name, started_at: now, beat: 0, roster: 0, connections: 0, gone_at: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * An edge is there still.
 * @returns how often it was asked who is connected, and the database's clock, ms epoch; undefined where the others have
 * given it up
 */
export async function beatOfEdge(
  db: Db,
  id: number,
  { connections, stuckMs }: { readonly connections: number; readonly stuckMs: number },
): Promise<{ readonly roster: number; readonly now: number } | undefined> {
  const row = await db
    .updateTable('edge')
    .set((e) => ({ beat: e('beat', '+', 1), connections, stuck: stuckMs }))
    .where('id', '=', id)
    .where('gone_at', 'is', null)
    .where(waitsForNobody)
    .returning(['roster', databaseClock.as('now')])
    .executeTakeFirst()
  return row && { roster: row.roster, now: Number(row.now) }
}

/** An edge is not there any more: by its own word, or since it was not heard. */
export async function endEdge(db: Db, id: number, now: number): Promise<void> {
  await db
    .updateTable('edge')
    .set({ gone_at: now })
    .where('id', '=', id)
    .where('gone_at', 'is', null)
    .where(waitsForNobody)
    .execute()
}

/** Asks every edge who is connected. */
export async function askRosters(db: Db): Promise<void> {
  await db
    .updateTable('edge')
    .set((e) => ({ roster: e('roster', '+', 1) }))
    .where('gone_at', 'is', null)
    .where(waitsForNobody)
    .execute()
}

export async function readEdges(db: Reader): Promise<Edge[]> {
  return db.selectFrom('edge').selectAll().orderBy('id').execute()
}

/** Those that ended before a time, whose rows of the journal are dropped by then. */
export async function deleteEdges(db: Db, before: number): Promise<void> {
  await db.deleteFrom('edge').where('gone_at', '<', before).execute()
}

/** A machine, and the database's clock at the moment that it was asked for, ms epoch. */
export async function machineWithClock(
  db: Reader,
  uid: string,
): Promise<{ readonly row: Row<'machine'>; readonly now: number } | undefined> {
  const found = await db
    .selectFrom('machine')
    .selectAll()
    .select(databaseClock.as('now'))
    .where('uid', '=', uid)
    .executeTakeFirst()
  if (!found) return undefined
  const { now, ...row } = found
  return { row, now: Number(now) }
}

/** Machines that were revoked since a time, ms epoch. */
export async function revokedSince(db: Reader, since: number): Promise<number[]> {
  const rows = await db.selectFrom('machine').select('id').where('revoked_at', '>=', since).execute()
  return rows.map((row) => row.id)
}
