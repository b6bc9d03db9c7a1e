import { type MaintenanceRow, REPEATS } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import { counted } from '@pumphandle/shared/words'
import { Command, Option } from 'commander'
import { moment } from '../moment.ts'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'

interface AddOptions {
  readonly query: string
  readonly from?: number
  readonly hours: number
  readonly repeats: (typeof REPEATS)[number]
  readonly output: Format
}

/** Planned work, told before or afterwards. */
export function maintenance(open: Open): Command {
  const command = new Command('maintenance').description('planned work, in which machines raise no incident')
  command
    .command('list', { isDefault: true })
    .description('windows')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle maintenance')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('maintenances')
      session.print(formatRows(options.output, items, COLUMNS, session.width))
    })
  command
    .command('add')
    .description('plan a window, or tell of one that was')
    .argument('<title>', 'what is done')
    .requiredOption('--query <query>', 'at which machines')
    .option('--from <moment>', 'when it begins, or began, UTC (now)', moment)
    .option('--hours <n>', 'how long it takes', whole, 2)
    .addOption(new Option('--repeats <often>', 'monthly: on the same weekday').choices([...REPEATS]).default('once'))
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle maintenance add "New switches" --query "tag:floor:2" --hours 3')
    .action(async (title: string, { query: q, hours, repeats, output, ...when }: AddOptions) => {
      const session = open()
      const from = when.from ?? session.clock.now()
      const body = { title, q, from, until: from + hours * HOUR, repeats }
      const row = await session.client.call('maintenanceAdd', { body })
      const { marked } = row
      session.print(
        formatRecord(output, row, [
          ['Window', row.title],
          ['Id', row.id],
          ['From', isoTime(row.from)],
          ['Until', isoTime(row.until)],
          ['Repeats', row.repeats],
          ...(marked === undefined
            ? []
            : ([
                [
                  'Was nothing else',
                  `${counted(marked.incidents, 'incident')}, ${counted(marked.machines, 'machine')} excused`,
                ],
              ] as const)),
        ]),
      )
    })
  command
    .command('remove')
    .description('end a window, or call it off')
    .argument('<id>', 'from `maintenance list`', whole)
    .addHelpText('after', '\nExample:\n  pumphandle maintenance remove 2')
    .action(async (id: number) => {
      const session = open()
      await session.client.call('maintenanceDelete', { path: { id } })
      session.print(`Window ${id} is removed.`)
    })
  return command
}

const COLUMNS: Column<MaintenanceRow>[] = [
  { head: 'ID', cell: (w) => w.id },
  { head: 'TITLE', cell: (w) => w.title },
  { head: 'FROM', cell: (w) => isoTime(w.from) },
  { head: 'UNTIL', cell: (w) => isoTime(w.until) },
  { head: 'REPEATS', cell: (w) => w.repeats },
  { head: 'MACHINES', cell: (w) => w.q, narrow: 'wrap' },
  { head: 'BY', cell: (w) => w.createdBy, narrow: 'omit' },
]
