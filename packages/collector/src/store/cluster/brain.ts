import { sql } from 'kysely'
import * as z from 'zod/mini'
import type { Db, Reader } from '../db.ts'
import { readJson } from '../read-json.ts'
import { waitsForNobody } from './edges.ts'
import type { Positions } from './journal-rows.ts'

/** The active brain as the others see it. */
export interface BrainRow {
  /** Who it is; empty where none is active. */
  readonly holder: string
  /** Where edges and serves reach it, without a slash at the end. */
  readonly address: string
}

const Ids = z.array(z.number())
const Pairs = z.array(z.tuple([z.number(), z.number()]))

export async function readBrain(db: Reader): Promise<BrainRow> {
  return db.selectFrom('brain').select(['holder', 'address']).executeTakeFirstOrThrow()
}

/** The active brain is there still. */
export async function beatOfBrain(db: Db): Promise<void> {
  await db
    .updateTable('brain_beat')
    .set((e) => ({ beat: e('beat', '+', 1) }))
    .where(waitsForNobody)
    .execute()
}

/** How far the active brain is, as of what is stored of incidents. */
export interface BrainPlace {
  /** Up to where the journal is in it. */
  readonly positions: Positions
  /** The brain's last second that is in it, ms epoch. */
  readonly tickAt: number
  /** Which incidents its detector had found by then. */
  readonly cases: string
  /** Rises when other machines come under maintenance. */
  readonly mutedN: number
}

/** To be written in the transaction of what it is about. @param muted machines under maintenance, where they changed */
export async function writePlace(
  db: Db,
  { positions, tickAt, cases }: Omit<BrainPlace, 'mutedN'>,
  muted?: ReadonlySet<number>,
): Promise<void> {
  await db
    .updateTable('brain')
    .set((e) => ({
      positions: JSON.stringify([...positions]),
      tick_at: tickAt,
      cases,
      ...(muted ? { muted: JSON.stringify([...muted]), muted_n: e('muted_n', '+', 1) } : {}),
    }))
    .execute()
}

export async function readPlace(db: Reader): Promise<BrainPlace> {
  const row = await db
    .selectFrom('brain')
    .select(['positions', 'tick_at', 'cases', 'muted_n'])
    .executeTakeFirstOrThrow()
  const pairs = readJson(Pairs, row.positions, { table: 'brain', id: 1 }) ?? []
  return { positions: new Map(pairs), tickAt: row.tick_at, cases: row.cases, mutedN: row.muted_n }
}

/** Machines under maintenance. */
export async function readMuted(db: Reader): Promise<number[]> {
  const { muted } = await db.selectFrom('brain').select('muted').executeTakeFirstOrThrow()
  return readJson(Ids, muted, { table: 'brain', id: 1 }) ?? []
}

/** What becomes of a commit. */
export interface Copies {
  /** It is flushed on a second server before it is acknowledged. */
  readonly isReplicated: boolean
  /** For how long one has waited for that second server, ms. */
  readonly waitsMs: number
}

export async function readCopies(db: Reader): Promise<Copies> {
  const { rows } = await sql<{ names: string; waits: number }>`
    select current_setting('synchronous_standby_names') as names, (
      select coalesce(max(extract(epoch from clock_timestamp() - query_start) * 1000), 0)::bigint from pg_stat_activity
      where datname = current_database() and wait_event = 'SyncRep') as waits`.execute(db as Db)
  return { isReplicated: (rows[0]?.names ?? '') !== '', waitsMs: rows[0]?.waits ?? 0 }
}
