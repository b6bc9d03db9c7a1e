/** The store: everything the collector keeps, on SQLite or PostgreSQL. */

export type * from './schema.ts'
export { type DatabaseAddress, type Db, openStore, type Reader, type Store, type Tx } from './store.ts'
export type { Database, NewRow, Row } from './tables.ts'
