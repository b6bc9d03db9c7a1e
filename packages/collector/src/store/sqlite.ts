import SQLite from 'better-sqlite3'
import { type Dialect, SqliteDialect } from 'kysely'
import { CHECKPOINT_PAGES_AT_WORST } from './checkpoints/pages.ts'
import { watchedDialect } from './watched-dialect.ts'

/** Prepared statements kept per connection: preparing costs 20 to 60 µs, and the collector has some hundred statements. */
const STATEMENTS = 300
/** Milliseconds that opening waits for another process to let go of the file; later ./watched-dialect.ts waits. */
const OPEN_BUSY_MS = 5_000
/** Memory for pages of one connection. */
const CACHE_KIB = 64 * 1024

/**
 * Opens a connection to a SQLite file. `writer` is the one that ingest uses: what it commits is flushed to disk before
 * the commit returns (synchronous=FULL), which is what an ack promises.
 * @param failed told of each statement that failed
 * @throws SqliteError when the file cannot be opened or is no database.
 */
export function sqliteDialect(file: string, role: 'writer' | 'reader', failed: (error: unknown) => void): Dialect {
  let inTransaction = () => false
  const dialect = new SqliteDialect({
    database: async () => {
      const db = new SQLite(file, { timeout: OPEN_BUSY_MS, readonly: role === 'reader' })
      inTransaction = () => db.inTransaction
      db.pragma('foreign_keys = ON')
      db.pragma(`cache_size = -${CACHE_KIB}`)
      db.pragma('temp_store = MEMORY')
      if (role === 'writer') {
        db.pragma('journal_mode = WAL')
        db.pragma('synchronous = FULL')
        db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES_AT_WORST}`)
      }
      db.pragma('busy_timeout = 0')
      return withStatementCache(db, role)
    },
  })
  const isBusy = (error: unknown) =>
    error instanceof SQLite.SqliteError && error.code.startsWith('SQLITE_BUSY') && !inTransaction()
  return watchedDialect(dialect, { failed, isBusy })
}

/** Keeps prepared statements, the least recently used one goes first. A statement in the middle of a stream is not shared. */
function withStatementCache(
  db: SQLite.Database,
  role: 'writer' | 'reader',
): { close(): void; prepare(sql: string): SQLite.Statement<unknown[]> } {
  const kept = new Map<string, SQLite.Statement<unknown[]>>()
  return {
    close: () => void db.close(),
    prepare(asked) {
      // a transaction that reads first and writes later fails at once, without waiting, where another process writes
      const sql = role === 'writer' && asked === 'begin' ? 'begin immediate' : asked
      let statement = kept.get(sql)
      if (statement?.busy) return db.prepare<unknown[]>(sql)
      kept.delete(sql)
      statement ??= db.prepare<unknown[]>(sql)
      kept.set(sql, statement)
      if (kept.size > STATEMENTS) for (const oldest of kept.keys()) return (kept.delete(oldest), statement)
      return statement
    },
  }
}
