import SQLite from 'better-sqlite3'
import { CHECKPOINT_PAGES_AT_WORST, CHECKPOINT_PAGES_AT_WORST_SHORT_OF_ROOM } from '../checkpoints/pages.ts'
import { isShortOfRoom } from '../checkpoints/room.ts'

/** Prepared statements kept per connection: preparing costs 20 to 60 µs, and the collector has some hundred statements. */
const STATEMENTS = 300
/**
 * Milliseconds that opening waits for another process to let go of the file, and every statement of a connection that is in
 * a thread of its own; for others ../watched-dialect.ts waits.
 */
const BUSY_MS = 5_000
/** Memory for pages of one connection. */
const CACHE_KIB = 64 * 1024

/** Who uses a connection: `writer` is the one whose commits are flushed to disk before they return. */
export type SqliteRole = 'writer' | 'reader'

/** A connection to a SQLite file, with its prepared statements. */
export interface SqliteConnection {
  readonly inTransaction: boolean
  prepare(sql: string): SQLite.Statement<unknown[]>
  close(): void
}

/**
 * Opens a connection to a SQLite file. `writer` is the one that ingest uses: what it commits is flushed to disk before
 * the commit returns (synchronous=FULL), which is what an ack promises.
 * @param options.waitsForOthers its statements wait for another process, and its thread with them
 * @throws SqliteError when the file cannot be opened or is no database.
 */
export function openSqlite(file: string, role: SqliteRole, { waitsForOthers = false } = {}): SqliteConnection {
  const db = new SQLite(file, { timeout: BUSY_MS, readonly: role === 'reader' })
  db.pragma('foreign_keys = ON')
  db.pragma(`cache_size = -${CACHE_KIB}`)
  db.pragma('temp_store = MEMORY')
  if (role === 'writer') {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    const most = isShortOfRoom(file) ? CHECKPOINT_PAGES_AT_WORST_SHORT_OF_ROOM : CHECKPOINT_PAGES_AT_WORST
    db.pragma(`wal_autocheckpoint = ${most}`)
  }
  if (!waitsForOthers) db.pragma('busy_timeout = 0')
  return withStatementCache(db, role)
}

/** Keeps prepared statements, the least recently used one goes first. A statement in the middle of a stream is not shared. */
function withStatementCache(db: SQLite.Database, role: SqliteRole): SqliteConnection {
  const kept = new Map<string, SQLite.Statement<unknown[]>>()
  return {
    get inTransaction() {
      return db.inTransaction
    },
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
