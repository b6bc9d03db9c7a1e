import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '@pumphandle/shared/clock'
import SQLite from 'better-sqlite3'
import type { Answer, Request } from './checkpoints.ts'
import { CHECKPOINT_PAGES, CHECKPOINT_PAGES_SHORT_OF_ROOM } from './pages.ts'
import { isShortOfRoom } from './room.ts'

// The thread of ./checkpoints.ts. A passive checkpoint takes no lock that a writer or reader waits for.

/** At 1,000 events a second the log grows by 9 MB meanwhile, which take about 50 ms to move. */
const EVERY_MS = 500
/** What writers may have to wait for: about 5 ms, and the flush to disk. */
const LEFT_PAGES = 250
/** Each pass is shorter than the one before, as less came meanwhile; on a disk that is too slow they are not. */
const MAX_PASSES = 4

const { file } = workerData as { file: string }
const db = new SQLite(file, { timeout: 0 })
db.pragma('synchronous = NORMAL')
let asked = false

/**
 * Moves what is in the log; returns how many pages it has. A disk that is full or broken is known to those who write: it is
 * tried again.
 * @param mode TRUNCATE gives the log's room back to the disk where nobody reads it
 */
function move(mode: 'PASSIVE' | 'TRUNCATE' = 'PASSIVE'): number {
  try {
    const [{ log } = { log: 0 }] = db.pragma(`wal_checkpoint(${mode})`) as { log: number }[]
    return log
  } catch {
    return 0
  }
}

function say(answer: Answer): void {
  parentPort?.postMessage(answer)
}

const stop = systemClock.every(EVERY_MS, () => {
  if (asked) return
  let pages = move()
  if (pages < (isShortOfRoom(file) ? CHECKPOINT_PAGES_SHORT_OF_ROOM : CHECKPOINT_PAGES)) return
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    const before = pages
    pages = move()
    if (pages - before <= LEFT_PAGES) break
  }
  asked = true
  say('hold')
})

parentPort?.on('message', (request: Request) => {
  // whoever waits for the end of a pass does not wait for a thread that has ended
  if (!db.open) return
  if (request === 'finish') {
    move(isShortOfRoom(file) ? 'TRUNCATE' : 'PASSIVE')
    asked = false
    return say('finished')
  }
  stop()
  db.close()
  parentPort?.close()
})
