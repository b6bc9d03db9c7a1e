import { type Cohort, RECOVERY_MARKS, type RecoveryPage, type RecoveryRow } from '@pumphandle/shared/api'
import { count, HIT } from '@pumphandle/shared/words'
import { Argument, Option } from 'commander'
import { type Column, type Format, formatOption, formatRows } from '../output/format.ts'
import { allPages } from '../output/pages.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'
import type { Act } from './incident-record.ts'
import { machineId } from './machine-id.ts'

interface BoardOptions {
  readonly practice?: string
  readonly cohort?: Cohort
  readonly limit: number
  readonly output: Format
}

/** The recovery board: who has been seen to, who works again. */
export function recoveryCommands(act: Act, open: Open): void {
  act('recovery', 'the recovery board: machines that were hit, and how far each is', 'pumphandle incident recovery 1')
    .option('--practice <code>', 'only those of one practice')
    .addOption(new Option('--cohort <cohort>', 'only those').choices([...HIT]))
    .option('--limit <n>', 'rows', whole, 200)
    .addOption(formatOption())
    .action(async (id: number, { practice, cohort, limit: most, output }: BoardOptions) => {
      const session = open()
      let counts: RecoveryPage['counts'] | undefined
      const { items } = await allPages<RecoveryRow>(most, async (cursor, limit) => {
        const page = await session.client.call('recovery', {
          path: { id },
          query: { practice, cohort, limit, cursor },
        })
        counts = page.counts
        return page
      })
      session.print(formatRows(output, items, COLUMNS, session.width))
      if (output === 'table' && counts)
        session.print(
          `${count(counts.affected)} were hit, ${count(counts.attended)} attended, ${count(counts.recovered)} recovered, ${count(counts.verified)} verified, ${count(counts.missing)} missing.`,
        )
    })
  act('mark', 'mark a machine of the board', 'pumphandle incident mark 1 DEMO-PC-0001 attended')
    .argument('<machine>', 'its name, where only one has it, or its id')
    .addArgument(new Argument('<mark>', 'how far it is').choices([...RECOVERY_MARKS]))
    .option('--note <text>', 'for whoever comes next')
    .action(async (id: number, name: string, mark: (typeof RECOVERY_MARKS)[number], { note }: { note?: string }) => {
      const session = open()
      const machine = await machineId(session, name)
      const row = await session.client.call('mark', { path: { id, machine }, body: { mark, note } })
      session.print(`${row.name} is marked ${row.mark}.`)
    })
}

const COLUMNS: Column<RecoveryRow>[] = [
  { head: 'MACHINE', cell: (r) => r.name },
  { head: 'PRACTICE', cell: (r) => r.practice?.code ?? '-' },
  { head: 'COHORT', cell: (r) => r.cohort },
  { head: 'MARK', cell: (r) => r.mark ?? '-' },
  { head: 'BY', cell: (r) => r.markedBy ?? '-', narrow: 'omit' },
  { head: 'VERIFIED', cell: (r) => (r.verified ? 'yes' : 'no') },
  { head: 'LAST SEEN', cell: (r) => isoTime(r.lastSeen) },
  { head: 'WHY', cell: (r) => r.reason, narrow: 'wrap' },
]
