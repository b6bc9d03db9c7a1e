import { sql } from 'kysely'
import type { Store } from './store.ts'

/** What the database takes on its disk. */
export interface DatabaseSize {
  readonly bytes: number
  /** Of these, bytes that hold nothing: the next rows go there, and the file does not shrink. 0 on PostgreSQL. */
  readonly freeBytes: number
}

/** The database's size as it says itself; SQLite's log, which is at most some 200 MB, is not counted. */
export async function databaseSize({ kind, reader }: Pick<Store, 'kind' | 'reader'>): Promise<DatabaseSize> {
  const asked =
    kind === 'sqlite'
      ? sql<DatabaseSize>`select page_count * page_size as bytes, freelist_count * page_size as "freeBytes" from pragma_page_count(), pragma_page_size(), pragma_freelist_count()`
      : sql<DatabaseSize>`select pg_database_size(current_database()) as bytes, 0 as "freeBytes"`
  const { rows } = await asked.execute(reader)
  return { bytes: Number(rows[0]?.bytes ?? 0), freeBytes: Number(rows[0]?.freeBytes ?? 0) }
}
