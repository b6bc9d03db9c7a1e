/** The store: everything the collector keeps, on SQLite or PostgreSQL. */

export { type Claim, Claimed } from './claims/claim.ts'
export { claimFile } from './claims/file.ts'
export { claimServer } from './claims/server.ts'
export { NewerDatabase } from './migrate.ts'
export type * from './schema.ts'
export { type DatabaseAddress, type Db, openRecorded, openStore, type Reader, type Store, type Tx } from './store.ts'
export type { Database, NewRow, Row } from './tables.ts'
