import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type FleetColumns,
  facets,
  ordered,
  type PageOptions,
  page,
  parse,
} from '../../../packages/collector/src/query/index.ts'
import { search } from '../../../packages/collector/src/serve/machines/search.ts'
import type { Store } from '../../../packages/collector/src/store/index.ts'
import { componentsOf, machinesByIds } from '../../../packages/collector/src/store/machine-rows.ts'
import { NOW } from './build.ts'

const PAGE = 50
/** Rows read and written at a time by an export. */
const CHUNK = 500

/** What the route of machines does: parse, select, count, facets, order, rows of the page with their components. */
export async function firstPage(
  store: Store,
  columns: FleetColumns,
  text: string,
  options: Pick<PageOptions, 'sort' | 'order'> = { sort: 'name', order: 'asc' },
): Promise<number> {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`)
  const found = await search(store, columns, parsed.query, NOW)
  const total = found.count()
  facets(columns, found)
  const { ids } = page(columns, found, { ...options, limit: PAGE })
  await Promise.all([machinesByIds(store.reader, ids), componentsOf(store.reader, ids, ['sensor', 'content', 'os'])])
  return total
}

/** Machines of each cohort of an incident, from the database, and the first page of those at risk. */
export async function cohorts(store: Store, columns: FleetColumns): Promise<void> {
  await store.reader
    .selectFrom('incident_machine')
    .select(['cohort', (eb) => eb.fn.countAll<number>().as('machines')])
    .where('incident_id', '=', 1)
    .groupBy('cohort')
    .execute()
  await firstPage(store, columns, 'incident:1 cohort:at-risk')
}

/** Streams the first `rows` machines of the fleet as CSV, a chunk at a time, to a reader that takes all it gets. */
export async function exportCsv(store: Store, columns: FleetColumns, rows: number): Promise<number> {
  const ids = ordered(columns, columns.machines.present, { sort: 'name', order: 'asc' })
  let bytes = 0
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done()
    },
  })
  await pipeline(csvOf(store, ids.slice(0, rows)), sink)
  return bytes
}

async function* csvOf(store: Store, ids: number[]): AsyncGenerator<string> {
  yield 'name,practice,state,model,last seen,components\r\n'
  for (let from = 0; from < ids.length; from += CHUNK) {
    const part = ids.slice(from, from + CHUNK)
    const [machines, components] = await Promise.all([
      machinesByIds(store.reader, part),
      componentsOf(store.reader, part, ['sensor', 'content', 'os']),
    ])
    const has = Map.groupBy(components, (c) => c.machine_id)
    const lines = machines.map((m) => {
      const versions = (has.get(m.id) ?? []).map((c) => `${c.name} ${c.version}`).join('; ')
      return [m.name, m.practice_id, m.state, m.model, new Date(m.last_seen).toISOString(), versions].join()
    })
    yield `${lines.join('\r\n')}\r\n`
  }
}
