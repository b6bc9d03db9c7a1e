import { closeSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { openPrivate } from '../config/private-file.ts'
import { Damaged } from './trouble.ts'

/** The native part as the installer lays it beside the bundle; a checkout has the npm package's own. */
const BESIDE_BUNDLE = 'better_sqlite3.node'
export const SPOOL_FILE = 'spool.sqlite'
/** What a damaged spool is renamed to, for a person to look at, and one before it that holds more. */
const DAMAGED = 'spool.damaged.sqlite'
const EARLIER = 'spool.damaged-earlier.sqlite'
/** In a database's header. */
const WRITE_VERSION_AT = 18
const READ_VERSION_AT = 19
const ROLLBACK_JOURNAL = 1
/** Pages of 1 KiB hold one event or a few; small pages keep a power cut's rewrite small. */
export const PAGE_BYTES = 1024
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
 * Opens the spool's file, making it where there is none.
 *
 * @throws Damaged or what ./trouble.ts knows; nothing was changed then
 */
export function openSpoolDatabase(folder: string): SpoolDatabase {
  const path = join(folder, SPOOL_FILE)
  return open(path, existsSync(path) && statSync(path).size > 0)
}

/**
 * Puts a damaged file aside for a person to look at. One that was put aside before stays where it holds more.
 * @returns where it is now
 */
export function putAside(folder: string): string {
  const path = join(folder, SPOOL_FILE)
  const aside = join(folder, DAMAGED)
  const holdsMore = existsSync(aside) && statSync(aside).size > statSync(path).size
  if (holdsMore) move(aside, join(folder, EARLIER))
  move(path, aside)
  return aside
}

/** With the log beside it, which may hold what the file does not. */
function move(from: string, to: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(to + suffix, { force: true })
  renameSync(from, to)
  if (existsSync(`${from}-wal`)) renameSync(`${from}-wal`, `${to}-wal`)
  rmSync(`${from}-shm`, { force: true })
}

/** What a file held. */
export interface Content {
  readonly bytes: Buffer
  /** Nothing newer stands in a log beside it. */
  readonly isWhole: boolean
}

/** What the file holds; undefined where it cannot be read. */
export function contentOf(folder: string): Content | undefined {
  const path = join(folder, SPOOL_FILE)
  try {
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
    return { bytes: readFileSync(path), isWhole: (log?.size ?? 0) === 0 }
  } catch {
    return undefined
  }
}

/**
 * A spool in memory, for while the file cannot be used: with what the file held where it can be read, else empty. Its new
 * events' numbers are none of the file's.
 */
export function openInMemory(content: Content | undefined): SpoolDatabase {
  const copied = content && content.bytes.length > 0 ? copyInMemory(content.bytes) : undefined
  if (copied && content?.isWhole) return copied
  const database = copied ?? empty()
  database.exec(`UPDATE sqlite_sequence SET seq = seq + ${HIGH} WHERE name = 'events' AND seq < ${HIGH}`)
  return database
}

/** No file has had so many events: what the file has beyond what could be read of it keeps its numbers. */
const HIGH = 2 ** 40

function copyInMemory(bytes: Buffer): SpoolDatabase | undefined {
  const copy = Buffer.from(bytes)
  // https://sqlite.org/fileformat.html#file_format_version_numbers: memory knows no write-ahead log
  copy[WRITE_VERSION_AT] = copy[READ_VERSION_AT] = ROLLBACK_JOURNAL
  try {
    const database = new Sqlite(copy, sqliteOptions())
    if (database.pragma('user_version', { simple: true }) === SCHEMA_VERSION) return database
    database.close()
  } catch {
    // what cannot be read stays in the file
  }
  return undefined
}

function empty(): SpoolDatabase {
  const database = new Sqlite(':memory:', sqliteOptions())
  makeTables(database)
  database.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES ('events', 0)`)
  return database
}

function makeTables(database: SpoolDatabase): void {
  database.transaction(() => database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`))()
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
    if (verify && database.pragma('quick_check(1)', { simple: true }) !== 'ok')
      throw new Damaged('the spool fails its check')
    // an agent of another version may have left other tables: what of them can be understood is taken over
    const version = database.pragma('user_version', { simple: true })
    if (version !== 0 && version !== SCHEMA_VERSION) throw new Damaged(`the spool is of version ${String(version)}`)
    if (version === 0) makeTables(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
