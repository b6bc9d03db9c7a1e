import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type AuditEntry = Row<'audit'>

export async function insertAudit(db: Db, entry: NewRow<'audit'>): Promise<void> {
  await db.insertInto('audit').values(entry).execute()
}

/** Newest first, older than the id `before`. */
export async function listAudit(db: Reader, before: number | null, limit: number): Promise<AuditEntry[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit)
  if (before !== null) query = query.where('id', '<', before)
  return query.execute()
}

export async function countAudit(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('audit')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
