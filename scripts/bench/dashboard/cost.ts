import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { answer } from './answer.ts'
import type { BareOptions } from './bare.ts'
import type { Tell } from './world.ts'

type Cost = Extract<Tell, { tell: 'cost' }>
/** Messages of all streams together, their bytes, and the writes that they came in. */
interface Heard {
  messages: number
  bytes: number
  writes: number
}
/** What one stream carries. */
export interface Rates {
  messagesPerSecond: number
  bytesPerSecond: number
  writesPerSecond: number
}
export interface Readers {
  /** `pages` ask what an open overview asks; `streams` only listen. */
  kind: 'pages' | 'streams'
  count: number
  url: string
  /** One for each reader, see readers.ts. */
  tokens: readonly string[]
  incident: number | null
}

/** Pairs of a time with readers and one without. More pairs, less noise: the median moves by their spread over its root. */
const ROUNDS = 6
/** After readers come or go the collector gets this long until it is measured: they ask for everything at first. */
const SETTLE_MS = 3000
const MEASURE_MS = 6000

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
/**
 * What readers cost in ms of CPU a second. The rest of the collector's work goes with the changes that arrive, and a busy
 * machine lets more or fewer of them through: the time without is scaled to those of the time with.
 */
function difference(read: Cost, unread: Cost): number {
  const withoutReaders = (unread.cpuMs * read.changes) / Math.max(1, unread.changes)
  return (1000 * (read.cpuMs - withoutReaders)) / read.overMs
}
/** Between two values where the quantile falls between them. */
function quantile(of: readonly number[], q: number): number {
  const sorted = of.toSorted((a, b) => a - b)
  const at = q * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? 0
  const high = sorted[Math.ceil(at)] ?? low
  return low + (high - low) * (at - Math.floor(at))
}

const child = (path: string): ChildProcess => fork(fileURLToPath(new URL(path, import.meta.url)))

/**
 * What one reader costs the collector, by its own CPU clock. What else the machine does changes from minute to minute by
 * more than a reader costs, so times with and without are measured in turn, AB BA AB BA, and each pair gives one difference.
 * @returns the median of the differences for one reader and their quartiles, in ms of CPU a second
 */
export async function costOf(cost: () => Promise<Cost>, { kind, count, ...rest }: Readers) {
  const readers = child('../../../packages/dashboard/fixtures/headless-pages.ts')
  const measured = async (): Promise<Cost> => {
    await sleep(SETTLE_MS)
    await cost()
    await sleep(MEASURE_MS)
    return cost()
  }
  const heard: Heard = { messages: 0, bytes: 0, writes: 0 }
  let readMs = 0
  const read = async (): Promise<Cost> => {
    const began = performance.now()
    readers.send({ open: kind, count, ...rest })
    await answer(readers)
    const cpu = await measured()
    readers.send('close')
    const round = await answer<Heard>(readers)
    readMs += performance.now() - began
    heard.messages += round.messages
    heard.bytes += round.bytes
    heard.writes += round.writes
    return cpu
  }
  const differences: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const before = round % 2 === 0 ? await measured() : undefined
      const during = await read()
      differences.push(difference(during, before ?? (await measured())) / count)
    }
  } finally {
    readers.kill()
  }
  const rate = (n: number) => (1000 * n) / readMs / count
  return {
    cpuMs: quantile(differences, 0.5),
    quartiles: [quantile(differences, 0.25), quantile(differences, 0.75)] as const,
    messagesPerSecond: rate(heard.messages),
    bytesPerSecond: rate(heard.bytes),
    writesPerSecond: rate(heard.writes),
  }
}

/** The limit, measured in the same run: a bare server's CPU to write as many bytes as often to one reader, in ms a second. */
export async function bareCost({ bytesPerSecond, writesPerSecond }: Rates, readers: number): Promise<number> {
  const server = child('./bare.ts')
  const url = await answer<string>(server)
  const aborts = await Promise.all(
    Array.from({ length: readers }, async () => {
      const abort = new AbortController()
      const response = await fetch(url, { signal: abort.signal })
      void response.body?.pipeTo(new WritableStream()).catch(() => undefined)
      return abort
    }),
  )
  const everyMs = 1000 / writesPerSecond
  server.send({ bytes: Math.round(bytesPerSecond / writesPerSecond), everyMs } satisfies BareOptions)
  await answer(server)
  server.send('cost')
  await answer(server)
  await sleep(MEASURE_MS)
  server.send('cost')
  const { cpuMs, writes } = await answer<{ cpuMs: number; writes: number }>(server)
  for (const abort of aborts) abort.abort()
  server.kill()
  return (cpuMs / writes) * writesPerSecond
}
