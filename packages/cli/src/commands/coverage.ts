import {
  COVERAGE_KINDS,
  type Coverage,
  type CoverageMachine,
  LIST_SOURCES,
  type ListSource,
} from '@pumphandle/shared/api'
import { count, counted } from '@pumphandle/shared/words'
import { Command, Option } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { allPages } from '../output/pages.ts'
import { streamOut } from '../output/stream.ts'
import { isoTime } from '../output/time.ts'
import { readText } from '../read-text.ts'
import type { Open, Outcome } from '../session.ts'
import { whole } from '../whole.ts'

interface MachinesOptions {
  readonly kind: (typeof COVERAGE_KINDS)[number]
  readonly limit: number
  readonly output: Format
}

/** Whether everything that the organisation owns is watched: the page's figures, lists, and import. */
export function coverage(open: Open, outcome: Outcome): Command {
  const command = new Command('coverage').description('what the organisation owns beside what has an agent')
  command
    .command('show', { isDefault: true })
    .description('how much of it is watched')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle coverage')
    .action(async (options: { output: Format }) => {
      const session = open()
      const all = await session.client.call('coverage')
      session.print(formatRecord(options.output, all, lines(all)))
    })
  command
    .command('machines')
    .description('machines without an agent, agents that no list has, agents that stopped or are outdated')
    .argument('[text]', 'a part of the name, serial number or practice')
    .addOption(new Option('--kind <kind>', 'which').choices([...COVERAGE_KINDS]).default('missing'))
    .option('--limit <n>', 'rows; CSV has all', whole, 100)
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle coverage machines --kind missing -o csv')
    .action(async (text: string | undefined, { kind, limit: most, output }: MachinesOptions) => {
      const session = open()
      const query = { kind, q: text ?? '' }
      if (output === 'csv') return streamOut(session, await session.client.open('coverageCsv', { query }), null)
      const { items, total } = await allPages<CoverageMachine>(most, (cursor, limit) =>
        session.client.call('coverageMachines', { query: { ...query, limit, cursor } }),
      )
      session.print(formatRows(output, items, MACHINES, session.width))
      if (output === 'table' && total > items.length)
        session.err.write(`${items.length} of ${counted(total, 'machine')}; --limit N shows more, -o csv shows all\n`)
    })
  command
    .command('practices')
    .description('the same by practice, most missing first')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle coverage practices')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { practices } = await session.client.call('coverage')
      session.print(formatRows(options.output, practices, PRACTICES, session.width))
    })
  command
    .command('import')
    .description('take over a list of what the organisation owns, in place of the one from there before')
    .argument('<file>', 'CSV, as the directory or the register exports it')
    .addOption(new Option('--source <source>', 'where it comes from').choices([...LIST_SOURCES]).makeOptionMandatory())
    .option('--dry-run', 'only say what would change')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle coverage import computers.csv --source active-directory --dry-run')
    .action(async (file: string, options: { source: ListSource; dryRun?: true; output: Format }) => {
      const session = open()
      const query = { source: options.source, dryRun: options.dryRun ? ('1' as const) : ('0' as const) }
      const { errors, ...counts } = await session.client.call('coverageImport', { query, text: readText(file) })
      session.print(
        formatRecord(
          options.output,
          { ...counts, errors },
          Object.entries(counts).map(([name, value]) => [name, String(value)]),
        ),
      )
      for (const { row, message } of errors) session.err.write(`row ${row}: ${message}\n`)
      if (errors.length > 0) outcome.code = EXIT.refused
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle coverage machines --kind missing')
}

function lines(all: Coverage): [string, string | number | null][] {
  const missing = all.listed - all.watched
  return [
    ['Lists', all.lists.map(({ source, at, machines }) => `${source} ${machines} (${isoTime(at)})`).join(', ')],
    ['Owned', count(all.listed)],
    ['Watched', all.listed === 0 ? '' : `${count(all.watched)}, ${((100 * all.watched) / all.listed).toFixed(1)} %`],
    [
      'Without an agent',
      `${count(missing)}${all.stale > 0 ? `, of which ${count(all.stale)} have not signed in for 90 days` : ''}`,
    ],
    ['On no list', count(all.unlisted)],
    ['Agent stopped', count(all.stopped)],
    ['Agent outdated', `${count(all.outdated)}${all.newestAgent === null ? '' : ` (newest: ${all.newestAgent})`}`],
  ]
}

const MACHINES: Column<CoverageMachine>[] = [
  { head: 'MACHINE', cell: (m) => m.name },
  { head: 'PRACTICE', cell: (m) => m.practice?.code ?? '-' },
  { head: 'SERIAL', cell: (m) => m.serial ?? '-' },
  { head: 'LISTS', cell: (m) => m.sources.join(' ') || '-', narrow: 'omit' },
  { head: 'HEARD OF', cell: (m) => isoTime(m.lastSeen) },
  { head: '', cell: (m) => (m.stale ? 'probably gone' : '') },
]

const PRACTICES: Column<Coverage['practices'][number]>[] = [
  { head: 'CODE', cell: (p) => p.practice?.code ?? '-' },
  { head: 'NAME', cell: (p) => p.practice?.name ?? 'Practice not known' },
  { head: 'OWNED', cell: (p) => p.listed },
  { head: 'WATCHED', cell: (p) => p.watched },
  { head: 'WITHOUT', cell: (p) => p.listed - p.watched },
]
