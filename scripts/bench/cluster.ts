/**
 * `npm run bench:cluster`: events a second that two edges store durably in PostgreSQL with a synchronous standby, against
 * COPY of the same rows into the same table by hand in the same run, and how long after a row of the journal is written the
 * detector has it. Everything on this computer, the senders too: on one that others keep busy the processor's time for an
 * event says more, of all of these processes and servers. One JSON object a line.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job, Measured } from '../../packages/collector/tests/bench/ingest/senders.ts'
import { MAX_EVENTS_PER_FRAME } from '../../packages/shared/src/wire/index.ts'
import { startPostgresPair } from '../../tests/support/postgres-pair.ts'
import { usageOf } from './fleet/figures.ts'

const SECONDS = 8
const WARM_UP_SECONDS = 3
const EDGES = 2
/** As bench:ingest: many small packets, and few large ones. */
const SHAPES = {
  small: { senders: 200, eventsPerFrame: 10 },
  large: { senders: 8, eventsPerFrame: MAX_EVENTS_PER_FRAME },
} as const
const COPY_ROWS = 1_000
/** Events a second of a bad day of 1.5 million machines: what the delay is measured at. */
const EASY = { senders: 100, eventsPerFrame: 1 } as const

type Identity = Job['identities'][number]
interface Client {
  connect(): Promise<unknown>
  query(query: unknown): unknown
  end(): Promise<void>
}
const { Client } = createRequire(new URL('../../tests/package.json', import.meta.url))('pg') as {
  Client: new (config: { connectionString: string }) => Client
}

const PARTS = {
  brain: import.meta.resolve('../../packages/collector/tests/bench/cluster/brain.ts'),
  edge: import.meta.resolve('../../packages/collector/tests/bench/cluster/edge.ts'),
  senders: import.meta.resolve('../../packages/collector/tests/bench/ingest/senders.ts'),
}

function part(name: keyof typeof PARTS, ...args: string[]): ChildProcess {
  return fork(new URL(PARTS[name]), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

async function told<T>(child: ChildProcess, question?: unknown): Promise<T> {
  const answer = once(child, 'message')
  if (question !== undefined) child.send(question as object)
  return (await answer)[0] as T
}

function print(figure: string, value: number, unit: string, limit?: number): void {
  const round = (n: number): number => Number(n.toPrecision(4))
  const against = limit === undefined ? {} : { limit: round(limit), ratio: round(value / limit) }
  console.log(JSON.stringify({ bench: 'cluster', figure, value: round(value), unit, ...against }))
}

/** pg's own protocol for COPY ... FROM STDIN, which its query method does not offer. */
class Copy {
  readonly #rows: Buffer
  readonly done = Promise.withResolvers<void>()

  constructor(rows: Buffer) {
    this.#rows = rows
  }

  submit(connection: { query(text: string): void }): void {
    connection.query('copy event (machine_id, event_id, type, at, agent_at, received_at, payload) from stdin')
  }
  handleCopyInResponse(connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }): void {
    connection.sendCopyFromChunk(this.#rows)
    connection.endCopyFrom()
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {
    this.done.resolve()
  }
  handleError(error: Error): void {
    this.done.reject(error)
  }
}

/** Processor's time of this process and all that it started, so far, in microseconds. */
const cpu = (): number => usageOf(process.pid).cpuMs * 1000

/** Rows a second of as many connections as there are edges, each committing 1,000 at a time. */
async function copyByHand(url: string): Promise<{ perSecond: number; cpuPerRow: number }> {
  const clients = Array.from({ length: EDGES }, () => new Client({ connectionString: url }))
  await Promise.all(clients.map((client) => client.connect()))
  const payload = JSON.stringify({ filler: 'x'.repeat(220) })
  const before = cpu()
  const began = performance.now()
  let rows = 0
  await Promise.all(
    clients.map(async (client, n) => {
      for (let from = 0; performance.now() - began < SECONDS * 1000; from += COPY_ROWS) {
        const lines = Array.from({ length: COPY_ROWS }, (_, i) => {
          const at = 1e12 + from + i
          return `${1 + (i % 200)}\tc-${n}-${from + i}\tvitals\t${at}\t${at}\t${at}\t${payload}\n`
        })
        const copy = new Copy(Buffer.from(lines.join('')))
        client.query(copy)
        await copy.done.promise
        rows += COPY_ROWS
      }
    }),
  )
  const perSecond = (rows / (performance.now() - began)) * 1000
  // while the servers of these connections are there to be asked
  const cpuPerRow = (cpu() - before) / rows
  await Promise.all(clients.map((client) => client.end()))
  return { perSecond, cpuPerRow }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-cluster-'))
const pair = await startPostgresPair({ isDurable: true })
const [primary] = pair.servers
const brain = part('brain', primary, folder, String(SHAPES.small.senders))
const { identities } = await told<{ identities: Identity[] }>(brain)
const edges = Array.from({ length: EDGES }, () => part('edge', primary, folder))
const urls = await Promise.all(edges.map(async (edge) => (await told<{ url: string }>(edge)).url))

/** Each edge has its share of the senders. */
async function send(shape: { senders: number; eventsPerFrame: number }, seconds: number): Promise<Measured[]> {
  const share = shape.senders / EDGES
  return Promise.all(
    urls.map(async (url, n) => {
      const senders = part('senders')
      await told(senders)
      const job: Job = {
        url,
        identities: identities.slice(n * share, (n + 1) * share),
        eventsPerFrame: shape.eventsPerFrame,
        seconds,
      }
      const measured = await told<Measured>(senders, job)
      spentBySenders += usageOf(senders.pid ?? 0).cpuMs * 1000
      senders.kill()
      return measured
    }),
  )
}

/** Of senders that have ended, in microseconds. */
let spentBySenders = 0

/** Processor's time so far of each part but the senders, those that have ended too, microseconds. */
function spent(): { edges: number; brain: number; servers: number } {
  const of = (children: readonly ChildProcess[]) =>
    children.reduce((sum, child) => sum + usageOf(child.pid ?? 0).cpuMs * 1000, 0)
  const [ofEdges, ofBrain] = [of(edges), of([brain])]
  return { edges: ofEdges, brain: ofBrain, servers: cpu() - ofEdges - ofBrain - spentBySenders }
}

/** The same, with the processor's time that an event took at edges, brain and servers, microseconds. */
async function sendAndCount(shape: { senders: number; eventsPerFrame: number }) {
  const [before, senders] = [spent(), spentBySenders]
  const measured = await send(shape, SECONDS)
  const events = measured.reduce((sum, one) => sum + one.events, 0)
  const now = spent()
  const parts = (['edges', 'brain', 'servers'] as const).map(
    (part) => [part, (now[part] - before[part]) / events] as const,
  )
  const cpuPerEvent = parts.reduce((sum, [, us]) => sum + us, 0)
  return { measured, cpuPerEvent, parts, ofSenders: (spentBySenders - senders) / events }
}

const rateOf = (all: readonly Measured[]) => all.reduce((sum, one) => sum + one.events / one.seconds, 0)

try {
  await send(SHAPES.small, WARM_UP_SECONDS)
  const { perSecond: byHand, cpuPerRow } = await copyByHand(primary)
  print('copy-cpu-per-row', cpuPerRow, 'us')
  const small = await sendAndCount(SHAPES.small)
  print('events-durable-per-second', rateOf(small.measured), 'events/s', byHand)
  print('ack-p99', Math.max(...small.measured.map((one) => one.ackMs.p99)), 'ms')
  print('cpu-per-event-without-senders', small.cpuPerEvent, 'us')
  for (const [part, us] of small.parts) print(`cpu-per-event-of-${part}`, us, 'us')
  print('cpu-per-event-of-senders', small.ofSenders, 'us')
  const large = await sendAndCount(SHAPES.large)
  print('events-durable-per-second-in-large-packets', rateOf(large.measured), 'events/s', byHand)
  print('cpu-per-event-in-large-packets', large.cpuPerEvent, 'us')
  for (const [part, us] of large.parts) print(`cpu-per-event-of-${part}-in-large-packets`, us, 'us')
  // until the brain has taken all of it
  for (let before = -1, now = 0; now !== before; ) {
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    before = now
    now = (await told<{ taken: number }>(brain, 'taken')).taken
  }
  await told(brain, 'forget')
  const easy = await send(EASY, SECONDS)
  const { lags } = await told<{ lags: number[] }>(brain, 'taken')
  lags.sort((a, b) => a - b)
  print('events-per-second-while-delay-is-measured', rateOf(easy), 'events/s')
  print('journal-to-detector-p50', lags[Math.floor(lags.length * 0.5)] ?? 0, 'ms')
  print('journal-to-detector-p99', lags[Math.floor(lags.length * 0.99)] ?? 0, 'ms')
} finally {
  for (const child of [...edges, brain]) {
    child.send('end')
    await once(child, 'exit')
  }
  await pair.stop()
  rmSync(folder, { recursive: true, force: true })
}
