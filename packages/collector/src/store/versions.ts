import { readJson } from './read-json.ts'
import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

/** Rows of one statement. */
const ROWS = 500
/** Changes that one version shows; more happen to none that people can use. */
const CHANGES = 100

/** What was counted of versions, those that can be read. */
export async function readVersionRecords<T>(
  db: Reader,
  schemaOf: (key: string) => Parameters<typeof readJson<T>>[0],
): Promise<{ key: string; at: number; value: T }[]> {
  const rows = await db.selectFrom('version_record').selectAll().execute()
  return rows.flatMap(({ key, at, payload }) => {
    const value = readJson(schemaOf(key), payload, { table: 'version_record', id: key })
    return value === undefined ? [] : [{ key, at, value }]
  })
}

export async function writeVersionRecords(db: Db, rows: readonly NewRow<'version_record'>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS)
    await db
      .insertInto('version_record')
      .values(rows.slice(from, from + ROWS))
      .onConflict((c) =>
        c.column('key').doUpdateSet((eb) => ({ at: eb.ref('excluded.at'), payload: eb.ref('excluded.payload') })),
      )
      .execute()
}

export async function deleteVersionRecords(db: Db, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await db.deleteFrom('version_record').where('key', 'in', keys).execute()
}

export async function insertVersionChanges(
  db: Db,
  rows: readonly NewRow<'version_change'>[],
): Promise<Row<'version_change'>[]> {
  if (rows.length === 0) return []
  return db.insertInto('version_change').values(rows).returningAll().execute()
}

/** How a version's verdict changed, newest first. */
export async function versionChanges(db: Reader, key: string): Promise<Row<'version_change'>[]> {
  return db
    .selectFrom('version_change')
    .selectAll()
    .where('key', '=', key)
    .orderBy('id', 'desc')
    .limit(CHANGES)
    .execute()
}
