import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { csvHeader, csvLines } from '../../../packages/collector/src/exports/csv.ts'
import { MACHINE_COLUMNS, machineCells } from '../../../packages/collector/src/exports/machines-csv.ts'
import { machinePages, type Order } from '../../../packages/collector/src/exports/pages.ts'
import type { PracticeBook } from '../../../packages/collector/src/practices/book.ts'
import type { FleetColumns, Query } from '../../../packages/collector/src/query/index.ts'
import { search } from '../../../packages/collector/src/search/search.ts'
import type { ServeContext } from '../../../packages/collector/src/serve/http/context.ts'
import { machineRows, type RowSources } from '../../../packages/collector/src/serve/machines/rows.ts'
import { machineListRoutes } from '../../../packages/collector/src/serve/routes/machines.ts'
import type { Store } from '../../../packages/collector/src/store/index.ts'
import { NOW } from './build.ts'

const PAGE = 50

/** The API's own route of machines and its export, without the sockets before them. */
export class Asked {
  private readonly store: Store
  private readonly columns: FleetColumns
  private readonly sources: RowSources
  private readonly route: (call: { query: Record<string, unknown> }) => Promise<unknown>

  constructor(store: Store, columns: FleetColumns, book: PracticeBook) {
    // presence comes from connections, of which there are none here: rows then say what the store has
    const fleet = { byId: () => undefined } as unknown as RowSources['fleet']
    const index = { columns, search: (query: Query) => search(store, columns, query, NOW) }
    const routes = machineListRoutes({ store, fleet, book, index } as unknown as ServeContext)
    this.store = store
    this.columns = columns
    this.sources = { db: store.reader, fleet, book }
    this.route = routes.machines as unknown as typeof this.route
  }

  /** Parse, select, count, facets, order, and the rows of the page with their components. */
  async firstPage(q: string, order: Order = { sort: 'name', order: 'asc' }): Promise<void> {
    await this.route({ query: { q, ...order, limit: PAGE, facets: '1' } })
  }

  /** Machines of each cohort of an incident, and the first page of those at risk. */
  async cohorts(): Promise<void> {
    const { cohorts } = this.columns.incidents.get(1) ?? { cohorts: new Map<string, { size: number }>() }
    const counts = Array.from(cohorts, ([cohort, { size }]) => ({ cohort, size }))
    if (counts.length === 0) throw new Error('the incident has no cohorts')
    await this.firstPage('incident:1 cohort:at-risk')
  }

  /** The same counts from the database, as where there are no columns. */
  async cohortsFromSql(): Promise<void> {
    await this.store.reader
      .selectFrom('incident_machine')
      .select(['cohort', (eb) => eb.fn.countAll<number>().as('machines')])
      .where('incident_id', '=', 1)
      .groupBy('cohort')
      .execute()
  }

  /** Streams the first `rows` machines of the fleet as CSV to a reader that takes all it gets; returns its bytes. */
  async exportCsv(rows: number, onPage: (page: number) => void = () => undefined): Promise<number> {
    let bytes = 0
    let page = 0
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        onPage(page++)
        done()
      },
    })
    await pipeline(this.csv(rows), sink)
    return bytes
  }

  private async *csv(rows: number): AsyncGenerator<string> {
    yield csvHeader(MACHINE_COLUMNS, false)
    const rowsOf = (ids: readonly number[]) => machineRows({ ...this.sources, columns: this.columns }, ids, null)
    const everything = this.columns.machines.present
    let written = 0
    for await (const page of machinePages(this.columns, everything, { sort: 'name', order: 'asc' }, rowsOf)) {
      yield csvLines(page.map(machineCells))
      written += page.length
      if (written >= rows) return
    }
  }
}
