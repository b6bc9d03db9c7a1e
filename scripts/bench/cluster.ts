/**
 * `npm run bench:cluster`: events a second that two edges store durably in PostgreSQL with a synchronous standby, against
 * COPY of the same rows by hand in the same run (all that edges write of an event; and the rows of table `event` alone), and
 * how long after a row of the journal is written the detector has it. Everything on this computer, the senders too: on one
 * that others keep busy the processor's time for an event says more, of all of these processes and servers. Each is measured
 * several times in turn, and its median told, since others' work comes and goes. One JSON object a line.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job, Measured } from '../../packages/collector/tests/bench/ingest/senders.ts'
import { MAX_EVENTS_PER_FRAME } from '../../packages/shared/src/wire/index.ts'
import { startPostgresPair } from '../../tests/support/postgres-pair.ts'
import { copyByHand } from './cluster/copy.ts'
import { quantile, usageOf } from './fleet/figures.ts'

/** Each measure is taken so many times, for so long. */
const ROUNDS = 3
const SECONDS = 4
const DELAY_SECONDS = 8
const WARM_UP_SECONDS = 3
const EDGES = 2
/** As bench:ingest: many small packets, and few large ones. */
const SHAPES = {
  small: { senders: 200, eventsPerFrame: 10 },
  large: { senders: 8, eventsPerFrame: MAX_EVENTS_PER_FRAME },
} as const
/** Events a second of a bad day of 1.5 million machines: what the delay is measured at. */
const EASY = { senders: 100, eventsPerFrame: 1 } as const

type Identity = Job['identities'][number]
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

function print(figure: string, value: number, unit: string): void {
  console.log(JSON.stringify({ bench: 'cluster', figure, value: Number(value.toPrecision(4)), unit }))
}

/** Processor's time of this process and all that it started, so far, in microseconds. */
const cpu = (): number => usageOf(process.pid).cpuMs * 1000

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

/** Figures of one turn by their names. */
type Figures = Record<string, number>

/** What senders of a shape made. @param suffix of the figures' names */
async function storedOf(shape: { senders: number; eventsPerFrame: number }, suffix: string): Promise<Figures> {
  const [before, senders] = [spent(), spentBySenders]
  const measured = await send(shape, SECONDS)
  const events = measured.reduce((sum, one) => sum + one.events, 0)
  const now = spent()
  const figures: Figures = {
    [`events-durable-per-second${suffix}`]: rateOf(measured),
    [`ack-p99${suffix}`]: Math.max(...measured.map((one) => one.ackMs.p99)),
    [`cpu-per-event-of-senders${suffix}`]: (spentBySenders - senders) / events,
  }
  for (const part of ['edges', 'brain', 'servers'] as const)
    figures[`cpu-per-event-of-${part}${suffix}`] = (now[part] - before[part]) / events
  return figures
}

const rateOf = (all: readonly Measured[]) => all.reduce((sum, one) => sum + one.events / one.seconds, 0)

/** Everything once, one after the other. */
async function turn(): Promise<Figures> {
  const figures: Figures = {}
  for (const what of ['all', 'events'] as const) {
    const copied = await copyByHand(primary, what, { connections: EDGES, seconds: SECONDS, cpu })
    figures[`copy-of-${what}-per-second`] = copied.perSecond
    figures[`copy-of-${what}-cpu-per-event`] = copied.cpuPerEvent
  }
  for (const [name, shape] of Object.entries(SHAPES))
    Object.assign(figures, await storedOf(shape, name === 'small' ? '' : '-in-large-packets'))
  // of the same turn: others' work is the same for both
  for (const suffix of ['', '-in-large-packets'])
    for (const what of ['all', 'events'])
      figures[`ratio-to-copy-of-${what}${suffix}`] =
        (figures[`events-durable-per-second${suffix}`] ?? 0) / (figures[`copy-of-${what}-per-second`] ?? 1)
  return figures
}

/** By what a figure's name begins with or has in it. */
const UNITS = [
  [/cpu-per-event/, 'us'],
  [/^ratio/, ''],
  [/^ack/, 'ms'],
] as const
const unitOf = (figure: string): string => UNITS.find(([name]) => name.test(figure))?.[1] ?? 'events/s'

try {
  await send(SHAPES.small, WARM_UP_SECONDS)
  const turns: Figures[] = []
  for (let n = 0; n < ROUNDS; n++) turns.push(await turn())
  for (const figure of Object.keys(turns[0] ?? {}))
    print(
      figure,
      quantile(
        turns.map((one) => one[figure] ?? 0),
        0.5,
      ),
      unitOf(figure),
    )
  // until the brain has taken all of it
  for (let before = -1, now = 0; now !== before; ) {
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    before = now
    now = (await told<{ taken: number }>(brain, 'taken')).taken
  }
  await told(brain, 'forget')
  const easy = await send(EASY, DELAY_SECONDS)
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
