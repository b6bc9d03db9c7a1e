import { MACHINE_SORTS, type MachineRow } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { Command, Option } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { type Column, type Format, formatOption, formatRows } from '../output/format.ts'
import { allPages } from '../output/pages.ts'
import { streamOut } from '../output/stream.ts'
import { ago } from '../output/time.ts'
import { watching } from '../output/watch.ts'
import type { Open, Session } from '../session.ts'
import { whole } from '../whole.ts'

interface Options {
  output: Format
  sort: (typeof MACHINE_SORTS)[number]
  order: 'asc' | 'desc'
  limit?: number
  count?: true
  bom?: true
  watch?: true
}

/** Rows that a table shows where nothing else is said: a screenful or two. */
const TABLE_ROWS = 50

export function machines(open: Open): Command {
  return new Command('machines')
    .description('machines that a query finds (docs/query.md)')
    .argument('[query...]', 'in the query language; empty: every machine')
    .addOption(formatOption())
    .addOption(new Option('--sort <column>', 'sort by').choices([...MACHINE_SORTS]).default('name'))
    .addOption(new Option('--order <order>', 'direction').choices(['asc', 'desc']).default('asc'))
    .option('--limit <n>', `rows of a table or JSON (default: ${TABLE_ROWS}); CSV and NDJSON give all`, whole)
    .option('--count', 'print only how many there are')
    .option('--bom', 'begin CSV with a byte order mark, for Excel')
    .option('--watch', 'print again whenever machines change')
    .addHelpText(
      'after',
      `
Examples:
  pumphandle machines "sensor:falcon@7.16.* crashed:<24h"
  pumphandle machines "content:falcon/291 state:dark" -o csv --bom > dark.csv
  pumphandle machines "incident:1 cohort:at-risk" --count`,
    )
    .action(async (words: string[], options: Options) => {
      const session = open()
      const q = words.join(' ')
      const run = (): Promise<void> => print(session, q, options)
      if (options.watch)
        await watching(session, run, (message) => message.type === 'machines' || message.type === 'counts')
      else await run()
    })
}

async function print(session: Session, q: string, options: Options): Promise<void> {
  const { client } = session
  const { sort, order, output } = options
  if (options.count) {
    session.print(String((await client.call('machines', { query: { q, limit: 1 } })).total))
    return
  }
  if (output === 'csv' || output === 'ndjson') {
    if (options.limit !== undefined)
      throw new CliError(`-o ${output} gives every row, as the export of the page does; leave --limit out.`, EXIT.usage)
    const total = session.err.isTTY ? (await client.call('machines', { query: { q, limit: 1 } })).total : null
    const query = { q, sort, order, bom: options.bom ? ('1' as const) : ('0' as const) }
    await streamOut(session, await client.open(output === 'csv' ? 'machinesCsv' : 'machinesNdjson', { query }), total)
    return
  }
  const found = await allPages<MachineRow>(options.limit ?? TABLE_ROWS, (cursor, limit) =>
    client.call('machines', { query: { q, sort, order, limit, cursor } }),
  )
  session.print(formatRows(output, found.items, columns(session.clock.now()), session.width))
  if (output === 'table' && found.total > found.items.length)
    session.err.write(
      `${found.items.length} of ${counted(found.total, 'machine')}; --limit N shows more, -o csv shows all\n`,
    )
}

function columns(now: number): Column<MachineRow>[] {
  return [
    { head: 'MACHINE', cell: (m) => m.name },
    { head: 'PRACTICE', cell: (m) => m.practice?.code ?? '-' },
    { head: 'STATE', cell: (m) => m.state },
    { head: 'SENSOR', cell: (m) => m.sensors[0]?.key.replace(/^sensor:/, '') ?? '-' },
    { head: 'OS', cell: (m) => m.os?.version ?? '-', narrow: 'omit' },
    { head: 'CRASHED', cell: (m) => ago(m.lastCrashAt, now) },
    { head: 'STOP', cell: (m) => m.lastCrashStop ?? '-', narrow: 'omit' },
    { head: 'CULPRIT', cell: (m) => m.lastCrashCulprit ?? '-', narrow: 'omit' },
    { head: 'SEEN', cell: (m) => ago(m.lastSeen, now), narrow: 'omit' },
    { head: 'ID', cell: (m) => m.id, narrow: 'omit' },
  ]
}
