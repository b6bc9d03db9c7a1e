import type { Kysely, Transaction } from 'kysely'
import type { Database } from './tables.ts'

/** Where a named write runs, or a read that must see it: the store's writer, or a transaction. */
export type Db = Kysely<Database>
export type Tx = Transaction<Database>
/** Where a named read runs: any of them, or the store's reader. A write on it does not compile. */
export type Reader = Pick<Db, 'selectFrom' | 'getExecutor'>
