import { sql } from 'kysely'
import * as z from 'zod/mini'
import type { Db, Reader } from '../db.ts'
import { readJson } from '../read-json.ts'
import type { Positions } from './journal-rows.ts'

/** The active brain as the others see it. */
export interface BrainRow {
  readonly beat: number
  /** Who it is; empty where none is active. */
  readonly holder: string
  /** Where edges and serves reach it, without a slash at the end. */
  readonly address: string
}

const Pairs = z.array(z.tuple([z.number(), z.number()]))

export async function readBrain(db: Reader): Promise<BrainRow> {
  return db.selectFrom('brain').select(['beat', 'holder', 'address']).executeTakeFirstOrThrow()
}

/** The active brain is there still. */
export async function beatOfBrain(db: Db): Promise<void> {
  await db
    .updateTable('brain')
    .set((e) => ({ beat: e('beat', '+', 1) }))
    .execute()
}

/** Up to where the journal is in what is written by the same transaction, as of the brain's second `tickAt`. */
export async function writePositions(db: Db, positions: Positions, tickAt: number): Promise<void> {
  await db
    .updateTable('brain')
    .set({ positions: JSON.stringify([...positions]), tick_at: tickAt })
    .execute()
}

export async function readPositions(db: Reader): Promise<{ readonly positions: Positions; readonly tickAt: number }> {
  const row = await db.selectFrom('brain').select(['positions', 'tick_at']).executeTakeFirstOrThrow()
  const pairs = readJson(Pairs, row.positions, { table: 'brain', id: 1 }) ?? []
  return { positions: new Map(pairs), tickAt: row.tick_at }
}

/** Whether a commit is flushed on a second server before it is acknowledged. */
export async function isReplicated(db: Reader): Promise<boolean> {
  const { rows } = await sql<{ names: string }>`select current_setting('synchronous_standby_names') as names`.execute(
    db as Db,
  )
  return (rows[0]?.names ?? '') !== ''
}
