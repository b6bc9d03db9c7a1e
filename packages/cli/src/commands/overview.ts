import type { Overview } from '@pumphandle/shared/api'
import { MACHINE_STATES } from '@pumphandle/shared/api'
import { count, counted } from '@pumphandle/shared/words'
import { Command } from 'commander'
import { type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { watching } from '../output/watch.ts'
import type { Open, Session } from '../session.ts'
import { COLUMNS } from './incidents.ts'

/** What the first page says: what is broken, since when, and who cannot work. */
export function overview(open: Open): Command {
  return new Command('overview')
    .description('one glance: what is broken, since when, and how many practices cannot work')
    .addOption(formatOption())
    .option('--watch', 'print again whenever something changes')
    .addHelpText('after', '\nExample:\n  pumphandle overview -o json')
    .action(async (options: { output: Format; watch?: true }) => {
      const session = open()
      const run = () => print(session, options.output)
      if (options.watch) await watching(session, run, ({ type }) => type === 'incident' || type === 'practices')
      else await run()
    })
}

async function print(session: Session, output: Format): Promise<void> {
  const { client } = session
  const [all, { total: stopped }] = await Promise.all([
    client.call('overview'),
    client.call('practices', { query: { working: 'stopped', limit: 1 } }),
  ])
  if (output === 'csv') return session.print(formatRows(output, all.incidents, COLUMNS))
  session.print(formatRecord(output, { ...all, stopped }, lines(all, stopped)))
  if (output === 'table' && all.incidents.length > 0)
    session.print(`\n${formatRows(output, all.incidents, COLUMNS, session.width)}`)
}

function lines({ machines, practices, states, heardLastMinute, health, incidents }: Overview, stopped: number) {
  return [
    ['Incidents', incidents.length === 0 ? 'none' : `${incidents.length} under way`],
    ['Cannot work', `${count(stopped)} of ${counted(practices, 'practice')}`],
    [
      'Machines',
      `${count(machines)}: ${MACHINE_STATES.filter((state) => states[state] > 0)
        .map((state) => `${count(states[state])} ${state}`)
        .join(', ')}`,
    ],
    ['Heard from', `${count(heardLastMinute)} in the last minute`],
    ['Collector', health.problems.map(({ title }) => title).join(' ') || 'well'],
  ] as [string, string][]
}
