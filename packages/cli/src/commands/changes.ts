import type { Changed } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { counted } from '@pumphandle/shared/words'
import { Command } from 'commander'
import { moment } from '../moment.ts'
import { type Column, type Format, formatOption, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'

interface Options {
  readonly from?: number
  readonly to?: number
  readonly output: Format
}

/** What came onto machines, and what failed after it. */
export function changes(open: Open): Command {
  return new Command('changes')
    .description('versions that came onto machines in a span of time, those first after which machines failed')
    .option('--from <day>', 'from this day or moment on, UTC (24 hours ago)', moment)
    .option('--to <day>', 'up to this one (now); a month at most', moment)
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle changes -o csv')
    .action(async (options: Options) => {
      const session = open()
      const until = options.to ?? session.clock.now()
      const from = options.from ?? until - DAY
      const changed = await session.client.call('changed', { query: { from, until } })
      if (options.output === 'json') return session.print(JSON.stringify(changed, null, 2))
      session.print(formatRows(options.output, changed.items, COLUMNS, session.width))
      if (options.output === 'table')
        session.print(
          `${counted(changed.items.length + changed.more, 'version')} since ${isoTime(from)}; ${counted(changed.failed, 'machine')} had a blue screen or vanished.`,
        )
    })
}

const COLUMNS: Column<Changed['items'][number]>[] = [
  { head: 'VERSION', cell: (item) => item.component.key },
  { head: 'FIRST SEEN', cell: (item) => isoTime(item.firstSeen) },
  { head: 'RECEIVED BY', cell: (item) => item.machines },
  { head: 'FAILED AFTER IT', cell: (item) => item.failed },
]
