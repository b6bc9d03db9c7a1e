import { type Kysely, PostgresAdapter, type Transaction } from 'kysely'
import type { Database } from './tables.ts'

/** Where a named write runs, or a read that must see it: the store's writer, or a transaction. */
export type Db = Kysely<Database>
export type Tx = Transaction<Database>
/** Where a named read runs: any of them, or the store's reader. A write on it does not compile. */
export type Reader = Pick<Db, 'selectFrom' | 'getExecutor'>

/** Whether many rows are changed by one statement over arrays, where on SQLite each statement costs next to nothing. */
export function isPostgres(db: Pick<Db, 'getExecutor'>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}
