import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import type { Verdict } from '../../model/file-verdict.ts'

/** Faults of a file that are told: the first says enough. */
const MOST_FAULTS = 3

/**
 * Reads a whole database and looks whether it is sound. Takes about a second for each 500 MB.
 * @returns what is wrong, empty where nothing is
 */
export function faultsOfFile(file: string): readonly string[] {
  try {
    const db = new SQLite(file, { readonly: true })
    try {
      const rows = db.pragma(`integrity_check(${MOST_FAULTS})`) as { integrity_check: string }[]
      return rows.map((row) => row.integrity_check).filter((says) => says !== 'ok')
    } finally {
      db.close()
    }
  } catch (error) {
    return [(error as Error).message]
  }
}

/**
 * Looks whether a database is sound, and where it is not, whether that is the disk's fault: of a byte that the disk does not
 * give back SQLite says that the file is damaged (SQLITE_IOERR_CORRUPTFS). Takes twice as long then.
 */
export function verdictOn(file: string): Verdict {
  const faults = faultsOfFile(file)
  if (faults.length === 0) return { is: 'sound', faults }
  const unread = unreadOf(file)
  if (unread !== undefined) return { is: 'unread', faults: [unread] }
  // a disk that gives everything back may not have done so a moment ago
  const again = faultsOfFile(file)
  return { is: again.length === 0 ? 'sound' : 'damaged', faults: again }
}

/** Bytes that are read at once. */
const AT_ONCE = 2 ** 20

/** Why a disk does not give a file back, or the log beside it; undefined where it does. */
export function unreadOf(file: string): string | undefined {
  const buffer = Buffer.allocUnsafe(AT_ONCE)
  for (const path of [file, `${file}-wal`])
    try {
      const open = openSync(path, 'r')
      try {
        const { size } = fstatSync(open)
        for (let at = 0; at < size; at += AT_ONCE) readSync(open, buffer, 0, AT_ONCE, at)
      } finally {
        closeSync(open)
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === file) return (error as Error).message
    }
  return undefined
}
