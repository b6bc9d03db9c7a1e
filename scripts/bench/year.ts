// npm run bench:year [-- --machines 10000 --days 365 --keep folder]: a year of a region in SQLite, then a start, pages,
// queries, retention of the oldest days and then by size while events arrive, and all of it once more. Prints one JSON line.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { createClient } from '@pumphandle/shared/client'
import type { Clock } from '@pumphandle/shared/clock'
import { othersTurn } from '@pumphandle/shared/others-turn'
import { DAY } from '@pumphandle/shared/time'
import { Retention } from '../../packages/collector/src/jobs/retention/retention.ts'
import { Upkeep } from '../../packages/collector/src/jobs/upkeep/upkeep.ts'
import { oldestEvent } from '../../packages/collector/src/store/event-ends.ts'
import { databaseSize } from '../../packages/collector/src/store/size.ts'
import { browserFetch, PASSWORD } from '../../tests/support/signed-in.ts'
import { buildYear } from './year/build.ts'

const { values } = parseArgs({
  options: {
    machines: { type: 'string', default: '10000' },
    days: { type: 'string', default: '365' },
    keep: { type: 'string' },
  },
})
const machines = Number(values.machines)
const days = Number(values.days)
/** Asked for each figure; the first of them warms nothing up. */
const ASKED = 15
/** Days that a shorter retention deletes: a fortieth, for it may take a tenth of the events in a day. */
const DELETED_DAYS = Math.ceil(days / 40)

const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'bench-year-'))
mkdirSync(folder, { recursive: true })
const file = join(folder, 'pumphandle.db')
const now = (): number => performance.timeOrigin + performance.now()
const rounded = (n: number): number => Number(n.toPrecision(3))
const quantile = (of: number[], q: number): number =>
  rounded(of.toSorted((a, b) => a - b)[Math.min(of.length - 1, Math.floor(q * of.length))] ?? 0)

async function median(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < ASKED; i++) {
    const began = now()
    await ask()
    times.push(now() - began)
  }
  return quantile(times, 0.5)
}

const built = now()
if (!existsSync(file)) await buildYear(file, machines, days, Date.now())
const buildSeconds = rounded((now() - built) / 1000)
const count = (table: string): number => {
  const db = new DatabaseSync(file, { readOnly: true })
  const n = Number(db.prepare(`select count(*) as n from ${table}`).get()?.['n'])
  db.close()
  return n
}
const rows = {
  events: count('event'),
  exposures: count('exposure'),
  transitions: count('machine_transition'),
  crashes: count('crash'),
}

const config = readConfig({
  PUMPHANDLE_PORT: '0',
  PUMPHANDLE_DATA: folder,
  PUMPHANDLE_LOG_LEVEL: 'error',
  PUMPHANDLE_RETENTION_DAYS: '3650',
})
const email = 'bench@example.nhs.uk'

/** A start, and what pages and questions take then; medians, ms. */
async function asked() {
  const began = now()
  const collector = await startCollector(config)
  const startMs = rounded(now() - began)
  const admin = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
  const token = collector.signInLink?.split('#')[1]
  if (token === undefined) await admin.call('signIn', { body: { email, password: PASSWORD } })
  else await admin.call('redeem', { body: { token, name: 'Bench', password: PASSWORD, email } })
  const { items } = await admin.call('machines', { query: { q: '', limit: 1 } })
  const id = items[0]?.id ?? ''
  const figures = {
    startMs,
    overviewMs: await median(() => admin.call('overview')),
    tilesMs: await median(() => admin.call('tiles')),
    weekChartMs: await median(() => admin.open('fleetSeries', { query: { hours: 168 } })),
    machinesMs: await median(() => admin.call('machines', { query: { q: 'state:healthy crashed:<30d', limit: 50 } })),
    pastQueryMs: await median(() =>
      admin.call('machines', {
        query: { q: `had:content:defender/signatures@1.${400 + Math.floor(days / 2)}.1.0`, limit: 50 },
      }),
    ),
    timelineMs: await median(() => admin.call('timeline', { path: { id }, query: {} })),
    rssMb: rounded(process.memoryUsage().rss / 2 ** 20),
  }
  return { collector, figures }
}

/** Events that arrived while something was deleted. */
let stored = 0
const first = await asked()
const { store } = first.collector.context
const sizeBefore = await databaseSize(store)
const retention = await deleteTheOldest(first.collector)
const bySize = await deleteBySize(first.collector)
const sizeAfter = await databaseSize(store)
const trendDays = count('trend_day')
await first.collector.close()
const second = await asked()
await second.collector.close()
console.log(
  JSON.stringify({
    bench: 'year',
    machines,
    days,
    ...rows,
    buildSeconds,
    databaseGb: rounded(statSync(file).size / 2 ** 30),
    bytesPerMachineDay: rounded(sizeBefore.bytes / machines / days),
    before: first.figures,
    retention,
    bySize,
    freedMb: rounded((sizeAfter.freeBytes - sizeBefore.freeBytes) / 2 ** 20),
    trendDays,
    after: second.figures,
  }),
)
if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
process.exit(0)

/** Steps of retention by age back to back, faster than they ever come. */
async function deleteTheOldest(collector: Collector) {
  const { store, clock, log } = collector.context
  const kept = { events: days - DELETED_DAYS, audit: 730 }
  const given = { store, log, clock: still(clock), days: () => kept, mayDelete: () => true }
  const retention = new Retention(given)
  const upkeep = new Upkeep({ ...given, maxBytes: undefined, mayDelete: () => true })
  const until = clock.now() - (days - DELETED_DAYS) * DAY
  const figures = await whileEventsArrive(collector, async () => {
    if (((await oldestEvent(store.reader))?.receivedAt ?? until) >= until) return false
    await retention.run()
    await upkeep.run()
    return true
  })
  await retention.close()
  await upkeep.close()
  return { ...figures, deletedDays: DELETED_DAYS }
}

/** Rounds of retention by size back to back, until what is stored is a hundredth less. */
async function deleteBySize(collector: Collector) {
  const { store, clock, log } = collector.context
  const stored = async (): Promise<number> => {
    const { bytes, freeBytes } = await databaseSize(store)
    return bytes - freeBytes
  }
  const maxBytes = 0.99 * (await stored())
  const kept = { events: days, audit: 730 }
  const upkeep = new Upkeep({ store, log, clock: still(clock), days: () => kept, maxBytes, mayDelete: () => true })
  const figures = await whileEventsArrive(collector, async () => {
    if ((await stored()) <= maxBytes) return false
    await upkeep.run()
    return true
  })
  await upkeep.close()
  return figures
}

/** For a job whose every step is asked for. */
function still(clock: Clock): Clock {
  return { now: () => clock.now(), after: () => () => undefined, every: () => () => undefined }
}

/** Takes step after step while events are stored one after the other. @param step false when there is nothing left to do */
async function whileEventsArrive({ context: { clock, journal, fleet } }: Collector, step: () => Promise<boolean>) {
  const machine = [...fleet.machines()][0]?.id ?? 1
  const acks: number[] = []
  const steps: number[] = []
  let done = false
  const arriving = (async () => {
    while (!done) {
      const at = clock.now()
      const sent = now()
      const event = { id: `bench-${stored++}`, at, type: 'vitals', uptimeSeconds: 1 } as const
      await journal.append([{ machineId: machine, event, at, receivedAt: at, skew: 0 }])
      acks.push(now() - sent)
      await othersTurn()
    }
  })()
  for (let start = now(); await step(); start = now()) {
    steps.push(now() - start)
    await othersTurn()
  }
  done = true
  await arriving
  return {
    steps: steps.length,
    stepMs: quantile(steps, 0.5),
    stepP99Ms: quantile(steps, 0.99),
    stepLongestMs: quantile(steps, 1),
    ackMs: quantile(acks, 0.5),
    ackP99Ms: quantile(acks, 0.99),
    ackLongestMs: quantile(acks, 1),
  }
}
