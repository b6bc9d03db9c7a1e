import { parentPort, workerData } from 'node:worker_threads'
import { doWork, type Work } from './work.ts'

// The thread of ./copies.ts: a copy of a gigabyte keeps nobody waiting.
parentPort?.postMessage(doWork(workerData as Work))
