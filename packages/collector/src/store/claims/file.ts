import { closeSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import SQLite from 'better-sqlite3'
import { type Claim, Claimed } from './claim.ts'

/**
 * Claims a SQLite file for one collector. The claim is SQLite's own lock on an empty database beside it: the kernel takes
 * it back when the process ends, also by a power cut, and it holds on every system that SQLite runs on. The command line
 * goes on writing beside a collector; it needs none.
 *
 * @param me said to whoever comes second
 * @throws Claimed
 */
export function claimFile(file: string, me: string): Claim {
  // one folder by two names is one folder
  const path = join(realpathSync(dirname(file)), basename(file))
  const said = `${path}.collector`
  closeSync(openSync(`${path}.lock`, 'a', 0o600))
  const lock = new SQLite(`${path}.lock`, { timeout: 0 })
  try {
    // a journal of its own would need room on a disk that may be full
    lock.pragma('journal_mode = MEMORY')
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error
    throw new Claimed(readHolder(said))
  }
  try {
    writeFileSync(said, `${me}\n`, { mode: 0o600 })
  } catch {
    // on a full disk the claim holds all the same
  }
  return {
    async release() {
      if (!lock.open) return
      lock.exec('rollback')
      lock.close()
    },
  }
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
