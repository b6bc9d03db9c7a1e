import type { PracticeTile } from '@pumphandle/shared/api'
import { WORKING, type Working } from '@pumphandle/shared/words'
import { Command, Option } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { allPages } from '../output/pages.ts'
import { readText } from '../read-text.ts'
import type { Open, Outcome } from '../session.ts'
import { whole } from '../whole.ts'

interface ListOptions {
  readonly output: Format
  readonly limit: number
  readonly working?: Working
  readonly incident?: number
}

export function practices(open: Open, outcome: Outcome): Command {
  const command = new Command('practices').description('practices and whether they can work')
  command
    .command('list', { isDefault: true })
    .description('practices, with their verdicts')
    .argument('[text]', 'code or part of the name')
    .addOption(formatOption())
    .option('--limit <n>', 'rows', whole, 100)
    .addOption(new Option('--working <word>', 'only those that so can, or cannot, work').choices([...WORKING]))
    .option('--incident <id>', 'only those that this incident hit', whole)
    .addHelpText('after', '\nExample:\n  pumphandle practices list --working stopped --incident 1')
    .action(async (text: string | undefined, { output, limit: most, working, incident }: ListOptions) => {
      const session = open()
      const { items } = await allPages<PracticeTile>(most, (cursor, limit) =>
        session.client.call('practices', { query: { q: text ?? '', working, incident, limit, cursor } }),
      )
      session.print(formatRows(output, items, COLUMNS, session.width))
    })
  command
    .command('import')
    .description('import an ODS file (epraccur.csv) or a CSV with headings')
    .argument('<file>', 'the file')
    .option('--dry-run', 'only say what would change')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle practices import epraccur.csv --dry-run')
    .action(async (file: string, options: { dryRun?: true; output: Format }) => {
      const session = open()
      const query = { dryRun: options.dryRun ? ('1' as const) : ('0' as const) }
      const { errors, sample, ...counts } = await session.client.call('practicesImport', {
        query,
        text: readText(file),
      })
      session.print(
        formatRecord(
          options.output,
          { ...counts, errors, sample },
          Object.entries(counts).map(([k, v]) => [k, String(v)]),
        ),
      )
      for (const { row, message } of errors) session.err.write(`row ${row}: ${message}\n`)
      if (errors.length > 0) outcome.code = EXIT.refused
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle practices list A81')
}

const COLUMNS: Column<PracticeTile>[] = [
  { head: 'CODE', cell: (p) => p.practice.code },
  { head: 'NAME', cell: (p) => p.practice.name },
  { head: 'REGION', cell: (p) => p.practice.region ?? '-', narrow: 'omit' },
  { head: 'MACHINES', cell: (p) => p.machines },
  { head: 'WORKS', cell: (p) => p.verdict.working },
  { head: 'WHY', cell: (p) => p.verdict.sentence, narrow: 'wrap' },
]
