import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import SQLite from 'better-sqlite3'
import { CHECKPOINT_PAGES_AT_WORST, CHECKPOINT_PAGES_SHORT_OF_ROOM, PAGE_BYTES } from './pages.ts'

/** Milliseconds that another process's hold on the file is waited for. */
const BUSY_MS = 5_000

/** Bytes of the log of a database file; 0 where there is none. */
export function logBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

/** Whether the disk of a database file has less room than its log may take. */
export function isShortOfRoom(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize < CHECKPOINT_PAGES_AT_WORST * PAGE_BYTES
  } catch {
    // a disk that was taken away
    return false
  }
}

/**
 * Before anything is written: where the disk has little room, the log that a collector left which was killed gives its
 * own back. Nobody else may have the file open.
 * @param release gives back the room that was kept for that, where moving the log takes more than there is
 */
export function giveRoomBack(file: string, release: () => void): void {
  if (logBytes(file) < CHECKPOINT_PAGES_SHORT_OF_ROOM * PAGE_BYTES || !isShortOfRoom(file)) return
  try {
    truncateLog(file)
  } catch {
    release()
    truncateLog(file)
  }
}

function truncateLog(file: string): void {
  const db = new SQLite(file, { timeout: BUSY_MS })
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}
