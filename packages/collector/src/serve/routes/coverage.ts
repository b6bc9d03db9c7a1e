import { csvHeader, csvLines, timeCell } from '../../exports/csv.ts'
import { beginDownload, fileName, writeAll } from '../../exports/download.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { placePage } from '../http/cursor.ts'

const COLUMNS = ['name', 'serial_number', 'practice_code', 'practice', 'lists', 'last_seen'] as const

/** What the organisation owns beside what is watched. */
export function coverageRoutes({
  coverage,
  clock,
}: ServeContext): Handlers<'coverage' | 'coverageMachines' | 'coverageCsv' | 'coverageImport'> {
  return {
    coverage: () => coverage.report(),

    async coverageMachines({ query: { kind, q, cursor, limit } }) {
      const found = await coverage.machines(kind, q)
      return placePage(found, { cursor, limit })
    },

    async coverageCsv({ query: { kind, q }, res }) {
      const found = await coverage.machines(kind, q)
      beginDownload(res, 'text/csv', fileName(`machines-${kind}`, clock.now(), 'csv'))
      await writeAll(res, csvHeader(COLUMNS, true))
      await writeAll(
        res,
        csvLines(
          found.map((m) => [
            m.name,
            m.serial ?? '',
            m.practice?.code ?? '',
            m.practice?.name ?? '',
            m.sources.join(' '),
            m.lastSeen === null ? '' : timeCell(m.lastSeen),
          ]),
        ),
      )
      res.end()
    },

    async coverageImport({ req, query: { source, dryRun }, note }) {
      const report = await coverage.take(req.body as string, source, dryRun === '1')
      note(`list of ${source}`, `${dryRun === '1' ? 'dry run of ' : ''}${report.machines} machines`)
      return report
    },
  }
}
