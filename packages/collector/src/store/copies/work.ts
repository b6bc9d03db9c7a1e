import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import SQLite from 'better-sqlite3'
import { type AuditFacts, linkHash } from '../../model/audit-line.ts'
import type { Verdict } from '../../model/file-verdict.ts'
import { faultsOfFile, verdictOn } from './check.ts'

/** What ./copy-thread.ts is asked to do. */
export type Work =
  | { readonly what: 'backup'; readonly file: string; readonly to: string }
  | { readonly what: 'check'; readonly file: string }

/** Milliseconds that a copy waits for whoever holds the file. */
const BUSY_MS = 30_000

/**
 * @returns what a file is, that of a backup which was made is sound
 * @throws Error where a backup could not be made, or is not sound
 */
export function doWork(work: Work): Verdict {
  if (work.what === 'check') return verdictOn(work.file)
  backUp(work.file, work.to)
  return { is: 'sound', faults: [] }
}

/**
 * Writes a copy of a database that may be in use: of one moment, whole, verified, and on disk before it has its name.
 * Writers go on meanwhile; SQLite's log grows by what they write.
 */
function backUp(file: string, to: string): void {
  const part = `${to}.part`
  rmSync(part, { force: true })
  try {
    // SQLite takes an empty file as no file, and keeps the mode that it has
    closeSync(openSync(part, 'wx', 0o600))
    const db = new SQLite(file, { fileMustExist: true, timeout: BUSY_MS })
    try {
      db.prepare('vacuum into ?').run(part)
    } finally {
      db.close()
    }
    const faults = faultsOfFile(part)
    if (faults.length > 0) throw new Error(`the copy is not sound: ${faults.join('; ')}`)
    toDisk(part)
    renameSync(part, to)
    toDisk(dirname(to))
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

const ON_WINDOWS = process.platform === 'win32'

/** Flushes a file or a folder. Windows flushes no folder, and a file for those alone who may write it. */
function toDisk(path: string): void {
  if (ON_WINDOWS && statSync(path).isDirectory()) return
  const open = openSync(path, ON_WINDOWS ? 'r+' : 'r')
  try {
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}

/** What people sign in by, or are signed in by, and what ends it would have to be written down elsewhere. */
const SIGN_INS = ['session', 'one_time_link'] as const

/** A copy has sessions and links that were ended since it was made: whoever had one would be in again. */
function prepare(file: string, backup: string, at: number): void {
  const db = new SQLite(file, { fileMustExist: true })
  try {
    const has = db.prepare("select 1 from sqlite_master where type = 'table' and name = ?")
    for (const table of SIGN_INS) if (has.get(table)) db.exec(`delete from ${table}`)
    if (has.get('audit_chain')) db.transaction(() => sayRestored(db, backup, at))()
  } finally {
    db.close()
  }
  toDisk(file)
}

/** The audit log goes back to the day of the copy, and says so itself: the lines since then are in what was kept, and at a SIEM. */
function sayRestored(db: SQLite.Database, backup: string, at: number): void {
  const chain = db
    .prepare<[], { id: number; hash: string }>('select last_id as id, last_hash as hash from audit_chain')
    .get()
  if (!chain) return
  const said = {
    actor: 'pumphandle restore',
    action: 'restored',
    subject: basename(backup),
    detail: `after line ${chain.id}`,
  }
  const line: AuditFacts = { id: chain.id + 1, at, ...said }
  const hash = linkHash(chain.hash, line)
  db.prepare(
    'insert into audit (id, at, actor, action, subject, detail, hash) values (:id, :at, :actor, :action, :subject, :detail, :hash)',
  ).run({ ...line, hash })
  db.prepare('update audit_chain set last_id = ?, last_hash = ?').run(line.id, hash)
}

/**
 * Puts a backup in the place of a database that nobody uses. What was there is kept beside it; everybody signs in anew.
 * @param at names what is kept, ms epoch
 * @returns where what was there is now; undefined where nothing was
 * @throws Error where the backup is not sound; nothing was touched then
 */
export function putInPlace(backup: string, file: string, at: number): string | undefined {
  const faults = faultsOfFile(backup)
  if (faults.length > 0) throw new Error(faults.join('; '))
  const fresh = `${file}.restoring`
  backUp(backup, fresh)
  prepare(fresh, backup, at)
  const kept = `${file}.before-${new Date(at).toISOString().replaceAll(':', '').slice(0, 17)}Z`
  const was = existsSync(file)
  // the log belongs to the file that it was written beside, and must not meet another
  for (const end of ['-wal', '-shm', '']) if (existsSync(file + end)) renameSync(file + end, kept + end)
  renameSync(fresh, file)
  chmodSync(file, 0o600)
  toDisk(dirname(file))
  return was ? kept : undefined
}
