import type { Commons, CommonsSeen, CommonsWarning } from '@pumphandle/shared/api'
import { Command } from 'commander'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'

interface Options {
  readonly output: Format
  readonly sent?: true
  readonly seen?: true
}

export function commons(open: Open): Command {
  return new Command('commons')
    .description('warnings by other organisations, and whether this collector takes part')
    .option('--seen', 'what others see of each version that machines here have')
    .option('--sent', 'exactly what this collector sent last, as JSON')
    .addOption(formatOption())
    .addHelpText('after', '\nA warning is others’ evidence, and no incident.\n\nExample:\n  pumphandle commons --seen')
    .action(async ({ output, sent, seen }: Options) => {
      const session = open()
      if (sent) {
        const { report } = await session.client.call('commonsReport')
        return session.print(JSON.stringify(report, null, 2))
      }
      const found = await session.client.call('commons')
      if (seen) return session.print(formatRows<CommonsSeen>(output, found.seen, SEEN, session.width))
      if (output !== 'table')
        return session.print(formatRows<CommonsWarning>(output, found.warnings, WARNINGS, session.width))
      session.print(formatRecord(output, found, lines(found)))
      if (found.warnings.length > 0) session.print(formatRows(output, found.warnings, WARNINGS, session.width))
    })
}

function lines(found: Commons): [string, string | number | null][] {
  if (!found.isJoined)
    return [
      [
        'Takes part',
        'no: set PUMPHANDLE_COMMONS_URL where the collector starts; docs/commons.md says what leaves then',
      ],
    ]
  return [
    ['Takes part in', found.server],
    ['Key', found.key],
    ['Last sent', found.sentAt === null ? 'not yet' : isoTime(found.sentAt)],
    ['Last answer', found.answeredAt === null ? 'not yet' : isoTime(found.answeredAt)],
    ['Problem', found.problem ?? 'none'],
    ['Other organisations', found.organisations],
    ['Warnings that last', found.warnings.filter(({ overAt }) => overAt === null).length],
  ]
}

const WARNINGS: readonly Column<CommonsWarning>[] = [
  { head: 'SINCE', cell: (w) => isoTime(w.since) },
  { head: 'OVER', cell: (w) => (w.overAt === null ? '-' : isoTime(w.overAt)) },
  { head: 'VERSION', cell: (w) => w.seen.component.key },
  { head: 'INCIDENT', cell: (w) => w.incident ?? '-' },
  { head: 'WARNING', cell: (w) => w.sentence },
]

const SEEN: readonly Column<CommonsSeen>[] = [
  { head: 'VERSION', cell: (s) => s.component.key },
  { head: 'OTHERS', cell: (s) => s.organisations },
  { head: 'FAILING', cell: (s) => s.failing },
  { head: 'HOURS', cell: (s) => s.machineHours },
  { head: 'FAILED', cell: (s) => s.failures },
  { head: 'HERE', cell: (s) => s.machines },
  { head: 'WAITING', cell: (s) => s.waiting },
]
