// npm run bench:query [-- --scale 0.05] [--keep folder]: a million machines and ten million events in SQLite, asked while
// a thousand events a second arrive. Prints one JSON object a line; `ratio` is value to limit, below 1 is within.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PracticeBook } from '../../packages/collector/src/practices/book.ts'
import { loadColumns } from '../../packages/collector/src/query/index.ts'
import { openStore } from '../../packages/collector/src/store/index.ts'
import { Arrivals } from './query/arrivals.ts'
import { build } from './query/build.ts'
import { FAMILIES } from './query/catalogue.ts'
import { Asked } from './query/figures.ts'

const MACHINES = 1_000_000
const EVENTS = 10_000_000
const EVENTS_PER_SECOND = 1_000
const EXPORTED = 100_000
/** Queries asked for each figure, after some that warm the code and the cache up. */
const ASKED = 300
const WARM = 20
/** Pages whose CPU is taken: unlike time, it does not tell how busy the machine is with other things. */
const QUIET = 100
/** Between an answer and the next question: several people at their pages. */
const EVERY_MS = 50
const MB = 2 ** 20

const { values } = parseArgs({ options: { scale: { type: 'string', default: '1' }, keep: { type: 'string' } } })
const scale = Number(values.scale)
const machines = Math.round(MACHINES * scale)
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'bench-query-'))
mkdirSync(folder, { recursive: true })
const file = join(folder, `fleet-${machines}.db`)
const now = (): number => performance.timeOrigin + performance.now()

function report(figure: string, value: number, unit: string, limit?: number): void {
  const rounded = (n: number): number => Number(n.toPrecision(4))
  const line = { bench: 'query', figure, value: rounded(value), unit }
  console.log(JSON.stringify(limit === undefined ? line : { ...line, limit, ratio: rounded(value / limit) }))
}

/** Bytes of objects and buffers that are in use. */
function live(collect: () => void): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function quantile(times: number[], q: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(q * times.length))] ?? 0
}

async function times(count: number, ask: (i: number) => Promise<unknown>): Promise<number[]> {
  const out: number[] = []
  for (let i = 0; i < count; i++) {
    const start = now()
    await ask(i)
    out.push(now() - start)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
  return out
}

/** The same questions with every version, state and sort in turn. */
function question(i: number): [string, { sort: 'name' | 'lastSeen' | 'state'; order: 'asc' | 'desc' }] {
  const falcon = FAMILIES[0]?.versions ?? []
  const version = falcon[i % falcon.length] ?? ''
  const state = ['healthy', 'crashed,boot-loop', 'dark', 'offline,sleeping'][i % 4]
  const text = [
    `sensor:falcon@${version} state:${state}`,
    `sensor:falcon@>=7.11,<7.16 state:${state}`,
    `sensor:*@* -sensor:falcon state:${state}`,
    `sensor:falcon@${version.split('.').slice(0, 2).join('.')}.* content:falcon/291@>=2024-07-19 crashed:<24h`,
  ][Math.floor(i / 4) % 4]
  const sort = (['name', 'lastSeen', 'state'] as const)[i % 3] ?? 'name'
  return [text ?? '', { sort, order: i % 2 ? 'desc' : 'asc' }]
}

try {
  if (!existsSync(file)) {
    const start = now()
    await build(file, { machines, events: Math.round(EVENTS * scale) })
    report('building the database', (now() - start) / 1000, 's')
  }
  const store = await openStore({ kind: 'sqlite', file })
  const before = process.memoryUsage().rss
  const start = now()
  const columns = await loadColumns(store.reader)
  report('reading the fleet into columns', (now() - start) / 1000, 's')
  report('memory of the columns', (process.memoryUsage().rss - before) / MB, 'MB')

  const arrivals = new Arrivals(store, machines, EVENTS_PER_SECOND, now)
  const book = new PracticeBook(store.reader)
  await book.read()
  const asked = new Asked(store, columns, book)
  for (let i = 0; i < WARM; i++) await asked.firstPage(...question(i))
  const cpu = process.cpuUsage()
  for (let i = 0; i < QUIET; i++) await asked.firstPage(...question(i))
  const { user, system } = process.cpuUsage(cpu)
  report('CPU of one first page with facets, while nothing arrives', (user + system) / 1000 / QUIET, 'ms')

  await arrivals.start()
  const pages = await times(ASKED, (i) => asked.firstPage(...question(i)))
  report('machines by sensor version and state, first page with facets, p50', quantile(pages, 0.5), 'ms')
  report('machines by sensor version and state, first page with facets, p99', quantile(pages, 0.99), 'ms', 50)
  const everything = await times(50, () => asked.firstPage(''))
  report('every machine, first page with facets, p99', quantile(everything, 0.99), 'ms')
  const words = await times(50, (i) => asked.firstPage(`pc7-${1000 + i}`))
  report('free text, first page with facets, p99', quantile(words, 0.99), 'ms')
  const past = await times(10, () => asked.firstPage('had:content:falcon/291@2024-07-19T05:09Z at:2024-07-18'))
  report('exposure in the past, from SQL, p99', quantile(past, 0.99), 'ms')
  const members = await times(100, () => asked.cohorts())
  report("an incident's cohorts and the first page of one, p99", quantile(members, 0.99), 'ms', 100)
  const counted = await times(50, () => asked.cohortsFromSql())
  report("an incident's cohorts counted in SQL, p99", quantile(counted, 0.99), 'ms', 100)

  const rows = Math.min(EXPORTED, machines)
  // fills the connection's page cache, which is bounded and stays
  await asked.exportCsv(rows)
  const taken = process.memoryUsage().rss
  let peak = taken
  const exportStart = now()
  const bytes = await asked.exportCsv(rows, () => {
    peak = Math.max(peak, process.memoryUsage().rss)
  })
  report(`streaming ${rows} rows as CSV`, (now() - exportStart) / 1000, 's', 3)
  report('extra memory of the process while streaming', (peak - taken) / MB, 'MB', 50)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const held = live(collect)
  let most = held
  await asked.exportCsv(rows, (page) => {
    if (page % 10 === 5) most = Math.max(most, live(collect))
  })
  report('memory that streaming holds, without garbage', (most - held) / MB, 'MB', 50)
  report('size of the export', bytes / MB, 'MB')
  report('events stored meanwhile', await arrivals.stop(), 'events/s')
  report('until an event was on disk, p50', quantile(arrivals.took, 0.5), 'ms')
  report('until an event was on disk, p99', quantile(arrivals.took, 0.99), 'ms')
  await store.close()
} finally {
  if (!values.keep) rmSync(folder, { recursive: true })
}
