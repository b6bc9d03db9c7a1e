import { closeSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { openPrivate } from '../config/private-file.ts'

/** The native part as the installer lays it beside the bundle; a checkout has the npm package's own. */
const BESIDE_BUNDLE = 'better_sqlite3.node'
export const SPOOL_FILE = 'spool.sqlite'
/** What a damaged spool is renamed to, for a person to look at; the next one replaces it. */
const DAMAGED = 'spool.damaged.sqlite'
/** Pages of 1 KiB hold one event or a few; small pages keep a power cut's rewrite small. */
const PAGE_BYTES = 1024
/** 256 KiB of pages in memory: the spool is read in order and is usually empty. */
const CACHE_KIB = 256
/** Pages in the write-ahead log before it is folded into the file. */
const CHECKPOINT_PAGES = 200

/** Rises with each change of the tables. */
const SCHEMA_VERSION = 1
const SCHEMA = `
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  importance INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_order ON events (importance, seq);
CREATE TABLE IF NOT EXISTS known (id TEXT PRIMARY KEY, hash TEXT NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS known_order ON known (seq);
CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped (type TEXT PRIMARY KEY, count INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
`

export type SpoolDatabase = Sqlite.Database

/**
 * Opens the spool's file, making it where there is none. A file that is damaged, cut off or full of zeros is put aside and a
 * new one begun: what it held comes back from Windows' own logs, since the memory of what was read is lost with it.
 *
 * @throws where the folder cannot be written
 */
export function openSpoolDatabase(folder: string): { database: SpoolDatabase; wasDamaged: boolean } {
  const path = join(folder, SPOOL_FILE)
  const isNew = !existsSync(path)
  try {
    return { database: open(path, !isNew), wasDamaged: false }
  } catch (error) {
    if (isNew) throw error
    renameSync(path, join(folder, DAMAGED))
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    return { database: open(path, false), wasDamaged: true }
  }
}

/** Where SQLite's native part is. */
export function sqliteOptions(): Sqlite.Options {
  const native = join(import.meta.dirname, BESIDE_BUNDLE)
  return existsSync(native) ? { nativeBinding: native } : {}
}

function open(path: string, verify: boolean): SpoolDatabase {
  // SQLite gives its write-ahead log the same rights
  closeSync(openPrivate(path, 'a'))
  const database = new Sqlite(path, sqliteOptions())
  try {
    database.pragma(`page_size = ${PAGE_BYTES}`)
    database.pragma('auto_vacuum = INCREMENTAL')
    database.pragma('journal_mode = WAL')
    // FULL: a commit is on the disk before append returns, which is what lets a source forget what it handed over
    database.pragma('synchronous = FULL')
    database.pragma(`cache_size = -${CACHE_KIB}`)
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    if (verify && database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Error('the spool is damaged')
    // an agent of another version may have left other tables: what waits in them comes back from Windows' own logs
    const version = database.pragma('user_version', { simple: true })
    if (version !== 0 && version !== SCHEMA_VERSION) throw new Error(`the spool is of version ${String(version)}`)
    if (version === 0) database.transaction(() => database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`))()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
