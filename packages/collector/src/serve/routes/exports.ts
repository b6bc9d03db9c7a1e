import type { MachineRow } from '@pumphandle/shared/api'
import { ASSET_COLUMNS, type AssetFacts, assetCells } from '../../exports/asset-register.ts'
import { csvHeader, csvLines } from '../../exports/csv.ts'
import { beginDownload, fileName, writeAll } from '../../exports/download.ts'
import { evidencePack } from '../../exports/evidence/index.ts'
import { MACHINE_COLUMNS, machineCells } from '../../exports/machines-csv.ts'
import { machinePages, type Order } from '../../exports/pages.ts'
import { notFound } from '../../model/refusal.ts'
import { StoredInventory } from '../../model/stored-inventory.ts'
import { actorName } from '../../people/index.ts'
import { readQuery } from '../../search/read-query.ts'
import { incidentOf } from '../../search/search.ts'
import { assetRows } from '../../store/assets.ts'
import { readJson } from '../../store/read-json.ts'
import type { PracticeStates } from '../fleet/practice-states.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'
import { machineRows } from '../machines/rows.ts'

export function exportRoutes(
  context: ServeContext,
  states: PracticeStates,
): Handlers<'machinesCsv' | 'machinesNdjson' | 'assetRegister' | 'evidencePack'> {
  const { book, store, fleet, clock, desk, index } = context

  /** What a query shows, page by page; a query that is wrong is refused before anything is sent. */
  async function rowsOf(q: string, order: Order): Promise<AsyncGenerator<MachineRow[]>> {
    const query = readQuery(q)
    const { columns } = index
    const found = await index.search(query)
    const sources = { db: store.reader, fleet, book, columns }
    return machinePages(columns, found, order, (ids) => machineRows(sources, ids, incidentOf(query)))
  }

  return {
    async machinesCsv({ query, res, note }) {
      note(query.q)
      const pages = await rowsOf(query.q, query)
      beginDownload(res, 'text/csv', fileName('machines', clock.now(), 'csv'))
      await writeAll(res, csvHeader(MACHINE_COLUMNS, query.bom === '1'))
      for await (const rows of pages) if (!(await writeAll(res, csvLines(rows.map(machineCells))))) return
      res.end()
    },

    async machinesNdjson({ query, res, note }) {
      note(query.q)
      const pages = await rowsOf(query.q, query)
      beginDownload(res, 'application/x-ndjson', fileName('machines', clock.now(), 'ndjson'))
      for await (const rows of pages)
        if (!(await writeAll(res, rows.map((row) => `${JSON.stringify(row)}\n`).join('')))) return
      res.end()
    },

    async assetRegister({ query, res, note }) {
      note(query.q)
      const pages = await rowsOf(query.q, { sort: 'practice', order: 'asc' })
      const now = clock.now()
      beginDownload(res, 'text/csv', fileName('asset-register', now, 'csv'))
      await writeAll(res, csvHeader(ASSET_COLUMNS, query.bom === '1'))
      for await (const rows of pages) {
        const facts = await assetFacts(context, rows)
        if (!(await writeAll(res, csvLines(rows.map((row) => assetCells(row, facts.get(row.id), now)))))) return
      }
      res.end()
    },

    async evidencePack({ path, res, actor }) {
      const id = idOf(path.id, 'incident')
      const detail = await desk.detail(id, (site) => states.workingAt(site))
      if (!detail) throw notFound('incident', id)
      const series = await desk.series(id)
      const picture = await desk.picture(id)
      const now = clock.now()
      beginDownload(res, 'application/zip', fileName(`incident-${id}`, now, 'zip'))
      const machines = await rowsOf(`incident:${id}`, { sort: 'practice', order: 'asc' })
      await evidencePack(
        { detail, series, picture, machines, now, by: actorName(actor), version: context.version },
        res,
      )
    },
  }
}

async function assetFacts({ store }: ServeContext, rows: readonly MachineRow[]): Promise<Map<string, AssetFacts>> {
  const found = await assetRows(
    store.reader,
    rows.map((row) => row.id),
  )
  return new Map(
    found.map((row): [string, AssetFacts] => {
      const stored = { table: 'machine_detail', id: row.id }
      const inventory = (row.inventory === null ? undefined : readJson(StoredInventory, row.inventory, stored)) ?? {}
      return [
        row.uid,
        {
          maker: inventory.maker ?? null,
          serialNumber: inventory.serialNumber ?? null,
          osName: row.os_name ?? inventory.osName ?? null,
          bitlocker: inventory.readiness?.bitlocker ?? null,
          firstSeen: row.first_seen,
        },
      ]
    }),
  )
}
