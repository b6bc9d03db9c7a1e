import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { stopwatch } from '@pumphandle/shared/clock'
import { logBytes } from './room.ts'

/** A log smaller than this is not worth a thread: tests, the command line and small practices never get there. */
const THREAD_FROM_BYTES = 8 * 1024 * 1024
/** A thread that failed is begun anew after so long: a disk that gave nothing back for a moment must not fill by the log. */
const AGAIN_AFTER_MS = 5_000

/** What the thread is told, and what it says: `hold` when the log is long, `finished` after the answer to `finish`. */
export type Request = 'finish' | 'close'
export type Answer = 'hold' | 'finished'

export interface CheckpointOptions {
  /** The database file. */
  readonly file: string
  /** Keeps everybody from writing until `run` has ended. */
  readonly holdWriter: (run: () => Promise<void>) => Promise<void>
  readonly onError: (error: Error) => void
}

/**
 * Moves SQLite's write-ahead log into the database file, in a thread of its own: by itself SQLite does it within a commit,
 * and the whole collector stands still for 100 to 300 ms every few seconds. The log can only begin anew when all of it has
 * been moved: for the last part, some milliseconds, writers wait; nobody else does. Should the thread fail, SQLite does
 * it by itself again.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions
  #worker: Worker | undefined
  #ended: Promise<unknown> = Promise.resolve()
  /** On the stopwatch. */
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(options: CheckpointOptions) {
    this.#options = options
  }

  /** Call after each commit. */
  committed(): void {
    if (this.#worker || stopwatch() - this.#failedAt < AGAIN_AFTER_MS) return
    if (logBytes(this.#options.file) >= THREAD_FROM_BYTES) this.#start()
  }

  /** The disk is full: what the log takes of it is given back. Its writer is kept from writing meanwhile. */
  async giveRoomBack(): Promise<void> {
    if (logBytes(this.#options.file) < THREAD_FROM_BYTES) return
    await this.#finish(this.#worker ?? this.#start())
  }

  #start(): Worker {
    const { file, onError } = this.#options
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { file } })
    this.#worker = worker
    this.#ended = new Promise((ended) => worker.once('exit', ended))
    worker.on('error', (error: Error) => {
      this.#worker = undefined
      this.#failedAt = stopwatch()
      onError(error)
    })
    worker.on('message', (answer: Answer) => {
      if (answer === 'hold') this.#finish(worker).catch(onError)
    })
    worker.unref()
    return worker
  }

  async close(): Promise<void> {
    if (!this.#worker) return
    // it kept nobody running until now
    this.#worker.ref()
    tell(this.#worker, 'close')
    await this.#ended
  }

  #finish(worker: Worker): Promise<void> {
    return this.#options.holdWriter(async () => {
      const finished = once(worker, 'message')
      // whoever waits for the writer has nothing else that keeps the process running
      worker.ref()
      tell(worker, 'finish')
      // a thread that has failed must not keep everybody waiting
      await Promise.race([finished, this.#ended])
      worker.unref()
    })
  }
}

function tell(worker: Worker, request: Request): void {
  worker.postMessage(request)
}
