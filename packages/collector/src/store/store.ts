import { Kysely, sql, type Transaction } from 'kysely'
import { Checkpoints } from './checkpoints/checkpoints.ts'
import { migrate } from './migrate.ts'
import type { DatabaseKind } from './migrations/columns.ts'
import { isCollision, POOL, postgresDialect } from './postgres.ts'
import { sqliteDialect } from './sqlite.ts'
import type { Database } from './tables.ts'

export type DatabaseAddress = { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string }
/** Where a named write runs, or a read that must see it: the store's writer, or a transaction. */
export type Db = Kysely<Database>
export type Tx = Transaction<Database>
/** Where a named read runs: any of them, or the store's reader. A write on it does not compile. */
export type Reader = Pick<Db, 'selectFrom' | 'getExecutor'>

/**
 * The database. Reads and writes are functions in this folder that take `db`, `reader` or a transaction; nothing outside
 * this folder and ../query writes SQL.
 */
export interface Store {
  readonly kind: DatabaseKind
  /** Writes, and reads that must see them. On SQLite one connection, so that a transaction makes others wait. */
  readonly db: Db
  /** Reads of what is committed; does not wait for a transaction. Cannot write on SQLite. */
  readonly reader: Reader
  /** Everything in `run` commits, flushed to disk, or nothing does. It may run again after a deadlock. */
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /** A connection of its own for a long stream, so that other reads need not wait; the caller destroys it. */
  openReader(): Reader & Pick<Db, 'destroy'>
  /** Rejects when the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface StoreOptions {
  /** Told of what broke and is mended by itself: a connection that was idle, the moving of SQLite's log. */
  readonly onError?: (error: Error) => void
}

/**
 * Opens the database and brings its tables up to date.
 * @throws Error when it cannot be opened, or is newer than this program.
 */
export async function openStore(address: DatabaseAddress, options: StoreOptions = {}): Promise<Store> {
  const onError = options.onError ?? (() => undefined)
  const open = (role: 'writer' | 'reader', connections = POOL): Db =>
    new Kysely<Database>({
      dialect:
        address.kind === 'sqlite'
          ? sqliteDialect(address.file, role)
          : postgresDialect(address.url, connections, onError),
    })
  const db = open('writer')
  try {
    await migrate(db, address.kind)
  } catch (error) {
    await db.destroy()
    throw error
  }
  const reader = address.kind === 'sqlite' ? open('reader') : db
  const checkpoints =
    address.kind === 'sqlite'
      ? new Checkpoints({
          file: address.file,
          holdWriter: (run) => db.connection().execute(run),
          onError,
        })
      : undefined
  return {
    kind: address.kind,
    db,
    reader,
    async transaction(run) {
      const result = await transaction(db, run)
      checkpoints?.committed()
      return result
    },
    openReader: () => open('reader', 1),
    async ping() {
      await sql`select 1`.execute(reader)
    },
    async close() {
      await checkpoints?.close()
      if (reader !== db) await reader.destroy()
      await db.destroy()
    },
  }
}

/** How often a transaction runs that others were in the way of. */
const TRIES = 3

async function transaction<T>(db: Db, run: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await db.transaction().execute(run)
    } catch (error) {
      if (tries === TRIES || !isCollision(error)) throw error
    }
}
