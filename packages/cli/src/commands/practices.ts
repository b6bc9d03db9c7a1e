import { readFileSync } from 'node:fs'
import type { PracticeTile } from '@pumphandle/shared/api'
import { textOf } from '@pumphandle/shared/words'
import { Command } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { allPages } from '../output/pages.ts'
import type { Open, Outcome } from '../session.ts'
import { whole } from '../whole.ts'

export function practices(open: Open, outcome: Outcome): Command {
  const command = new Command('practices').description('practices and whether they can work')
  command
    .command('list', { isDefault: true })
    .description('practices, with their verdicts')
    .argument('[text]', 'code or part of the name')
    .addOption(formatOption())
    .option('--limit <n>', 'rows', whole, 100)
    .addHelpText('after', '\nExample:\n  pumphandle practices list --limit 20')
    .action(async (text: string | undefined, options: { output: Format; limit: number }) => {
      const session = open()
      const { items } = await allPages<PracticeTile>(options.limit, (cursor, limit) =>
        session.client.call('practices', { query: { q: text ?? '', limit, cursor } }),
      )
      session.print(formatRows(options.output, items, COLUMNS, session.width))
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

function readText(file: string): string {
  try {
    return textOf(readFileSync(file))
  } catch (error) {
    throw new CliError(`Cannot read ${file}: ${(error as Error).message}`, EXIT.usage)
  }
}

const COLUMNS: Column<PracticeTile>[] = [
  { head: 'CODE', cell: (p) => p.practice.code },
  { head: 'NAME', cell: (p) => p.practice.name },
  { head: 'REGION', cell: (p) => p.practice.region ?? '-', narrow: 'omit' },
  { head: 'MACHINES', cell: (p) => p.machines },
  { head: 'WORKS', cell: (p) => p.verdict.working },
  { head: 'WHY', cell: (p) => p.verdict.sentence, narrow: 'wrap' },
]
