import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '@pumphandle/shared/clock'
import SQLite from 'better-sqlite3'
import type { Answer, Request } from './checkpoints.ts'
import { CHECKPOINT_PAGES } from './pages.ts'

// The thread of ./checkpoints.ts. A passive checkpoint takes no lock that a writer or reader waits for.

/** At 1,000 events a second the log grows by 9 MB meanwhile, which take about 50 ms to move. */
const EVERY_MS = 500
/** What writers may have to wait for: about 5 ms, and the flush to disk. */
const LEFT_PAGES = 250
/** Each pass is shorter than the one before, as less came meanwhile; on a disk that is too slow they are not. */
const MAX_PASSES = 4

const db = new SQLite((workerData as { file: string }).file, { timeout: 0 })
db.pragma('synchronous = NORMAL')
let asked = false

/** Moves what is in the log; returns how many pages it has. */
function move(): number {
  const [{ log } = { log: 0 }] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number }[]
  return log
}

function say(answer: Answer): void {
  parentPort?.postMessage(answer)
}

const stop = systemClock.every(EVERY_MS, () => {
  if (asked) return
  let pages = move()
  if (pages < CHECKPOINT_PAGES) return
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
    move()
    asked = false
    return say('finished')
  }
  stop()
  db.close()
  parentPort?.close()
})
