import SQLite from 'better-sqlite3'
import { SqliteDialect } from 'kysely'
import { CHECKPOINT_PAGES_AT_WORST } from './checkpoints/pages.ts'

/** Prepared statements kept per connection: preparing costs 20 to 60 µs, and the collector has some hundred statements. */
const STATEMENTS = 300
/** Milliseconds to wait for another process (a backup, the command line) to let go of the file. */
const BUSY_MS = 5_000
/** Memory for pages of one connection. */
const CACHE_KIB = 64 * 1024

/**
 * Opens a connection to a SQLite file. `writer` is the one that ingest uses: what it commits is flushed to disk before
 * the commit returns (synchronous=FULL), which is what an ack promises.
 * @throws SqliteError when the file cannot be opened or is no database.
 */
export function sqliteDialect(file: string, role: 'writer' | 'reader'): SqliteDialect {
  return new SqliteDialect({
    database: async () => {
      const db = new SQLite(file, { timeout: BUSY_MS, readonly: role === 'reader' })
      db.pragma('foreign_keys = ON')
      db.pragma(`cache_size = -${CACHE_KIB}`)
      db.pragma('temp_store = MEMORY')
      if (role === 'writer') {
        db.pragma('journal_mode = WAL')
        db.pragma('synchronous = FULL')
        db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES_AT_WORST}`)
      }
      return withStatementCache(db, role)
    },
  })
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
