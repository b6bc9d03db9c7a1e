import type { RunbookRow } from '@pumphandle/shared/api'
import * as z from 'zod/mini'
import { readJson } from './read-json.ts'
import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

const Matches = z.array(z.string())

export async function listRunbooks(db: Reader): Promise<RunbookRow[]> {
  return (await db.selectFrom('runbook').selectAll().orderBy('title').execute()).map(runbookOfRow)
}

export async function putRunbook(db: Db, row: NewRow<'runbook'>): Promise<void> {
  const { id: _id, ...change } = row
  await db
    .insertInto('runbook')
    .values(row)
    .onConflict((c) => c.column('id').doUpdateSet(change))
    .execute()
}

/** @returns whether there was such a runbook. */
export async function deleteRunbook(db: Db, id: string): Promise<boolean> {
  return (await db.deleteFrom('runbook').where('id', '=', id).returning('id').execute()).length > 0
}

export function runbookOfRow(row: Row<'runbook'>): RunbookRow {
  return {
    id: row.id,
    title: row.title,
    markdown: row.markdown,
    matches: readJson(Matches, row.matches, { table: 'runbook', id: row.id }) ?? [],
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}
