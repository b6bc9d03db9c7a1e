// npm run bench:year [-- --machines 10000 --days 365 --keep folder]: a year of a region in SQLite, then a start, pages,
// queries, and retention of a month while events arrive. Prints one JSON line.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { readConfig, startCollector } from '@pumphandle/collector'
import { createClient } from '@pumphandle/shared/client'
import { othersTurn } from '@pumphandle/shared/others-turn'
import { Retention } from '../../packages/collector/src/jobs/retention/retention.ts'
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
/** Days that the shorter retention deletes, and the steps that are measured of it. */
const MONTH = 30
const STEPS = 400

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

const began = now()
const config = readConfig({
  PUMPHANDLE_PORT: '0',
  PUMPHANDLE_DATA: folder,
  PUMPHANDLE_LOG_LEVEL: 'error',
  PUMPHANDLE_RETENTION_DAYS: '3650',
})
const collector = await startCollector(config)
const startMs = rounded(now() - began)
try {
  const admin = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
  const token = collector.signInLink?.split('#')[1] ?? ''
  await admin.call('redeem', { body: { token, name: 'Bench', password: PASSWORD, email: 'bench@example.nhs.uk' } })
  const { items } = await admin.call('machines', { query: { q: '', limit: 1 } })
  const id = items[0]?.id ?? ''
  const ask = {
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
  }
  const { store } = collector.context
  const before = await databaseSize(store)
  const retention = await deleteAMonth()
  const after = await databaseSize(store)
  const line = {
    bench: 'year',
    machines,
    days,
    ...rows,
    buildSeconds,
    databaseGb: rounded(statSync(file).size / 2 ** 30),
    bytesPerMachineDay: rounded(before.bytes / machines / days),
    startMs,
    ...ask,
    retention: { ...retention, freedMb: rounded((after.freeBytes - before.freeBytes) / 2 ** 20) },
  }
  console.log(JSON.stringify(line))
} finally {
  await collector.close()
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
}
process.exit(0)

/** Steps of retention back to back, faster than they ever come, while events are stored one after the other. */
async function deleteAMonth() {
  const { store, clock, log, journal, fleet } = collector.context
  const given = { store, clock, log, days: () => ({ events: days - MONTH, audit: 730 }), mayDelete: () => true }
  const retention = new Retention({
    ...given,
    // each step is asked for here
    clock: { now: () => clock.now(), after: () => () => undefined, every: () => () => undefined },
  })
  const machine = [...fleet.machines()][0]?.id ?? 1
  const acks: number[] = []
  const steps: number[] = []
  let done = false
  const arriving = (async () => {
    for (let n = 0; !done; n++) {
      const at = clock.now()
      const sent = now()
      await journal.append([
        {
          machineId: machine,
          event: { id: `bench-${n}`, at, type: 'vitals', uptimeSeconds: 1 },
          at,
          receivedAt: at,
          skew: 0,
        },
      ])
      acks.push(now() - sent)
      await othersTurn()
    }
  })()
  for (let i = 0; i < STEPS; i++) {
    const start = now()
    await retention.run()
    steps.push(now() - start)
    await othersTurn()
  }
  done = true
  await arriving
  await retention.close()
  return {
    steps: STEPS,
    stepMs: quantile(steps, 0.5),
    stepP99Ms: quantile(steps, 0.99),
    ackMs: quantile(acks, 0.5),
    ackP99Ms: quantile(acks, 0.99),
  }
}
