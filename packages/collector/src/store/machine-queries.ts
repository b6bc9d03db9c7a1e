import type { Expression, SqlBool } from 'kysely'
import type { Db } from './store.ts'
import type { Row } from './tables.ts'

/** Ids of the machines that meet a condition which ../query compiled. */
export async function machineIdsWhere(db: Db, condition: Expression<SqlBool>): Promise<number[]> {
  const rows = await db.selectFrom('machine').select('machine.id').where(condition).execute()
  return rows.map((row) => row.id)
}

/** Components that came into the dictionary after the id `after`. */
export async function newComponents(db: Db, after: number): Promise<Omit<Row<'component'>, 'first_seen'>[]> {
  return db
    .selectFrom('component')
    .select(['id', 'kind', 'name', 'version', 'version_key'])
    .where('id', '>', after)
    .orderBy('id')
    .execute()
}

export async function practicesByIds(
  db: Db,
  ids: readonly number[],
): Promise<Pick<Row<'practice'>, 'id' | 'code' | 'name' | 'pcn_id'>[]> {
  return db.selectFrom('practice').select(['id', 'code', 'name', 'pcn_id']).where('id', 'in', ids).execute()
}
