import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { type Clock, systemClock } from '@pumphandle/shared/clock'
import type { Verdict } from '../../model/file-verdict.ts'
import type { Work } from './work.ts'

const LOOK_EVERY_MS = 200

/**
 * A verified copy of a database that may be in use; see ./work.ts.
 * @param onProgress told how much of it is written, 0 to 1
 * @throws (rejects) Error that says why it could not be made
 */
export async function backUp(
  file: string,
  to: string,
  onProgress: (share: number) => void = () => undefined,
  clock: Clock = systemClock,
): Promise<void> {
  const whole = statSync(file).size
  // the thread itself says nothing before it is done
  const stop = clock.every(LOOK_EVERY_MS, () => {
    const written = statSync(`${to}.part`, { throwIfNoEntry: false })?.size ?? 0
    onProgress(Math.min(1, written / whole))
  })
  try {
    await inThread({ what: 'backup', file, to })
    onProgress(1)
  } finally {
    stop()
  }
}

/** A check that goes on. */
export interface Check {
  /** Rejects where it cannot be checked now, and never settles once stopped. */
  readonly verdict: Promise<Verdict>
  stop(): void
}

/** Looks whether a database that may be in use is sound. Nobody waits for it meanwhile. */
export function check(file: string): Check {
  const worker = threadFor({ what: 'check', file })
  worker.unref()
  return { verdict: answer(worker), stop: () => void worker.terminate() }
}

function inThread(work: Work): Promise<Verdict> {
  return answer(threadFor(work))
}

function threadFor(work: Work): Worker {
  return new Worker(new URL('./copy-thread.ts', import.meta.url), { workerData: work })
}

function answer(worker: Worker): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
