import { Rota } from '../model/rota.ts'
import { readJson } from './read-json.ts'
import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type RotaRow = Row<'rota'>

/** Undefined where it is damaged: then its channels are told as if it were not there. */
export const rotaOf = ({ id, body }: Pick<RotaRow, 'id' | 'body'>): Rota | undefined =>
  readJson(Rota, body, { table: 'rota', id })

export async function listRotas(db: Reader): Promise<RotaRow[]> {
  return db.selectFrom('rota').selectAll().orderBy('id').execute()
}

export async function insertRota(db: Db, row: NewRow<'rota'>): Promise<RotaRow> {
  return db.insertInto('rota').values(row).returningAll().executeTakeFirstOrThrow()
}

/** Undefined where there is none of that id. */
export async function updateRota(db: Db, id: number, change: NewRow<'rota'>): Promise<RotaRow | undefined> {
  return db.updateTable('rota').set(change).where('id', '=', id).returningAll().executeTakeFirst()
}

export async function deleteRota(db: Db, id: number): Promise<boolean> {
  return (await db.deleteFrom('rota').where('id', '=', id).returning('id').execute()).length > 0
}
