import { INCIDENT_STATUSES, type IncidentRow } from '@pumphandle/shared/api'
import { Command, Option } from 'commander'
import { type Column, type Format, formatOption, formatRows } from '../output/format.ts'
import { allPages } from '../output/pages.ts'
import { isoTime } from '../output/time.ts'
import { watching } from '../output/watch.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'

interface Options {
  output: Format
  status: 'active' | 'all' | IncidentRow['status']
  limit: number
  watch?: true
}

export function incidents(open: Open): Command {
  return new Command('incidents')
    .description('incidents, newest first')
    .addOption(formatOption())
    .addOption(
      new Option('--status <status>', 'which').choices(['active', 'all', ...INCIDENT_STATUSES]).default('active'),
    )
    .option('--limit <n>', 'rows', whole, 50)
    .option('--watch', 'print again whenever an incident changes')
    .addHelpText('after', '\nExample:\n  pumphandle incidents --status all -o json')
    .action(async (options: Options) => {
      const session = open()
      const run = async (): Promise<void> => {
        const { items } = await allPages<IncidentRow>(options.limit, (cursor, limit) =>
          session.client.call('incidents', { query: { status: options.status, limit, cursor } }),
        )
        session.print(formatRows(options.output, items, COLUMNS, session.width))
      }
      if (options.watch) await watching(session, run, (message) => message.type === 'incident')
      else await run()
    })
}

/** What a list of incidents says of each. */
export const COLUMNS: Column<IncidentRow>[] = [
  { head: 'ID', cell: (i) => i.id },
  { head: 'STATUS', cell: (i) => i.status },
  { head: 'OPENED', cell: (i) => isoTime(i.openedAt) },
  { head: 'AFFECTED', cell: (i) => i.cohorts.affected },
  { head: 'RELAPSED', cell: (i) => i.cohorts.relapsed, narrow: 'omit' },
  { head: 'MISSING', cell: (i) => i.cohorts.missing, narrow: 'omit' },
  { head: 'AT-RISK', cell: (i) => i.cohorts['at-risk'] },
  { head: 'RECOVERED', cell: (i) => i.cohorts.recovered },
  { head: 'PRACTICES', cell: (i) => i.practices, narrow: 'omit' },
  { head: 'CANNOT WORK', cell: (i) => i.stopped ?? '' },
  { head: 'CAUSE', cell: (i) => i.cause?.key ?? i.kind, narrow: 'omit' },
  { head: 'TITLE', cell: (i) => i.title, narrow: 'wrap' },
]
