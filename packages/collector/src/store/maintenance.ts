import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type Maintenance = Row<'maintenance'>

/** Windows that ended after `endedAfter`, have not ended or come again, latest first. */
export async function listMaintenance(db: Reader, endedAfter: number): Promise<Maintenance[]> {
  return db
    .selectFrom('maintenance')
    .selectAll()
    .where((eb) => eb.or([eb('until_at', '>', endedAfter), eb('repeats', '<>', 'once')]))
    .orderBy('from_at', 'desc')
    .execute()
}

export async function insertMaintenance(db: Db, row: NewRow<'maintenance'>): Promise<Maintenance> {
  return db.insertInto('maintenance').values(row).returningAll().executeTakeFirstOrThrow()
}

export async function deleteMaintenance(db: Db, id: number): Promise<boolean> {
  return (await db.deleteFrom('maintenance').where('id', '=', id).returning('id').execute()).length > 0
}
