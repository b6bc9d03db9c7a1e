/**
 * `npm run bench:ingest [-- --gateways 2] [--idle 100000]`: events a second that the collector stores durably, against what
 * SQLite and a WebSocket server alone do on this machine in the same run; the time to an ack; and what an idle connection
 * costs the process that owns the database. One JSON object a line.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bareSqlite } from '../../packages/collector/tests/bench/ingest/bare.ts'
import type { Job, Measured } from '../../packages/collector/tests/bench/ingest/senders.ts'
import { MAX_EVENTS_PER_FRAME } from '../../packages/shared/src/wire/index.ts'

/** Many small packets, as agents send, and few large ones, as agents that were away. */
const SHAPES = {
  small: { senders: 200, eventsPerFrame: 10 },
  large: { senders: 4, eventsPerFrame: MAX_EVENTS_PER_FRAME },
} as const
/**
 * Events a second that the smallest program which does the same (one Node process, JSON, group commit flushed to disk) took
 * on the machine that the limits were measured on, two shared cores: the mark to stay above. Its large packets had 250.
 */
const MARKS = { small: 49_950, large: 60_500 } as const
const SECONDS = 8
/** What an agent waits for its ack at half of the most that is stored, milliseconds: the mark to stay below. */
const HALF_LOAD_MS = 100
const WARM_UP_SECONDS = 2
const BARE_ROWS = 200_000
/** A process opens 20,000 files at most on many systems, so that many idle agents need several. */
const MAX_IDLE_OF_PROCESS = 15_000

type Identity = Job['identities'][number]

const { values } = parseArgs({
  options: { gateways: { type: 'string', default: '0' }, idle: { type: 'string', default: '4000' } },
})
/** Idle connections for the cost of one. */
const IDLE = Number(values.idle)

const PARTS = {
  collector: import.meta.resolve('../../packages/collector/tests/bench/ingest/collector.ts'),
  senders: import.meta.resolve('../../packages/collector/tests/bench/ingest/senders.ts'),
  bare: import.meta.resolve('../../packages/collector/tests/bench/ingest/bare.ts'),
}

/** Starts one of the processes that take part. */
function part(name: keyof typeof PARTS, ...args: string[]): ChildProcess {
  return fork(new URL(PARTS[name]), args, { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

async function told<T>(child: ChildProcess, question?: unknown): Promise<T> {
  const answer = once(child, 'message')
  if (question !== undefined) child.send(question as object)
  return (await answer)[0] as T
}

function print(figure: string, value: number, unit: string, limit?: number, mark?: number): void {
  const round = (n: number): number => Number(n.toPrecision(4))
  const against = limit === undefined ? {} : { limit: round(limit), ratio: round(value / limit) }
  const above = mark === undefined ? {} : { mark, aboveMark: round(value / mark) }
  console.log(JSON.stringify({ bench: 'ingest', figure, value: round(value), unit, ...against, ...above }))
}

async function send(job: Job): Promise<Measured> {
  const senders = part('senders')
  await told(senders)
  const measured = await told<Measured>(senders, job)
  senders.kill()
  return measured
}

const folder = mkdtempSync(join(tmpdir(), 'bench-ingest-'))
const collector = part('collector', folder, String(IDLE), values.gateways)
const { url, identities } = await told<{ url: string; identities: Identity[] }>(collector)
const shape = (name: keyof typeof SHAPES) => ({
  identities: identities.slice(0, SHAPES[name].senders),
  eventsPerFrame: SHAPES[name].eventsPerFrame,
})
const work = shape('small')
try {
  const crowds = await Promise.all(
    Array.from({ length: Math.ceil(IDLE / MAX_IDLE_OF_PROCESS) }, async (_, n) => {
      const senders = part('senders')
      await told(senders)
      return { senders, identities: identities.slice(n * MAX_IDLE_OF_PROCESS, (n + 1) * MAX_IDLE_OF_PROCESS) }
    }),
  )
  const empty = await told<{ cpuMs: number; rss: number }>(collector, 'usage')
  const connected = await Promise.all(
    crowds.map((crowd) => told<Measured>(crowd.senders, { ...work, url, identities: crowd.identities, seconds: 0 })),
  )
  const seconds = Math.max(...connected.map((one) => one.seconds))
  const full = await told<{ cpuMs: number; rss: number }>(collector, 'usage')
  for (const { senders } of crowds) senders.kill()
  print('connections-per-second', IDLE / seconds, 'connections/s')
  print('cpu-per-connection', (full.cpuMs - empty.cpuMs) / IDLE, 'ms')
  print('bytes-per-connection', (full.rss - empty.rss) / IDLE, 'bytes')

  await send({ ...work, url, seconds: WARM_UP_SECONDS })
  const { stored: before } = await told<{ stored: number }>(collector, 'stored')
  const usage = await told<{ cpuMs: number }>(collector, 'usage')
  const measured = await send({ ...work, url, seconds: SECONDS })
  const after = await told<{ cpuMs: number }>(collector, 'usage')
  const { stored } = await told<{ stored: number }>(collector, 'stored')
  if (stored - before !== measured.events)
    throw new Error(`${measured.events} events were acknowledged and ${stored - before} are stored`)

  const rate = measured.events / measured.seconds
  const sqlite = await bareSqlite(BARE_ROWS)
  print('events-durable-per-second', rate, 'events/s', sqlite, MARKS.small)
  const packets = await send({ ...shape('large'), url, seconds: SECONDS })
  const largeRate = packets.events / packets.seconds
  print('events-durable-per-second-in-large-packets', largeRate, 'events/s', sqlite, MARKS.large)
  const bare = part('bare', '--serve')
  const { url: bareUrl } = await told<{ url: string }>(bare)
  const bareRate = await send({ ...work, url: bareUrl, seconds: WARM_UP_SECONDS })
  bare.kill()
  print('events-against-bare-socket', rate, 'events/s', bareRate.events / bareRate.seconds)
  print('cpu-per-event', ((after.cpuMs - usage.cpuMs) * 1000) / measured.events, 'µs')
  print('ack-p50', measured.ackMs.p50, 'ms')
  print('ack-p99', measured.ackMs.p99, 'ms')
  const half = await send({ ...work, url, seconds: SECONDS, perSecond: rate / 2 })
  print('ack-p50-at-half-load', half.ackMs.p50, 'ms')
  print('ack-p99-at-half-load', half.ackMs.p99, 'ms', HALF_LOAD_MS)
  print('events-at-half-load', half.events / half.seconds, 'events/s', rate / 2)
  const alone = { url, identities: identities.slice(0, 1), eventsPerFrame: 1, seconds: WARM_UP_SECONDS }
  print('ack-p50-of-one-agent', (await send(alone)).ackMs.p50, 'ms')
} finally {
  collector.send('end')
  await once(collector, 'exit')
  rmSync(folder, { recursive: true, force: true })
}
