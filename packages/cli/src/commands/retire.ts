import type { RetiredMachine } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { Command } from 'commander'
import { type Format, formatOption, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'

export function retire(open: Open): Command {
  const command = new Command('retire').description('machines that are re-imaged, replaced or scrapped')
  command
    .command('machines')
    .description('take machines out of the fleet; one that connects comes back by itself')
    .argument('<query>', 'which; those that are connected stay')
    .requiredOption('--why <reason>', 'such as "replaced in July"')
    .addHelpText(
      'after',
      '\nExample:\n  pumphandle retire machines "practice:A81001 -seen:<90d" --why "replaced in July"',
    )
    .action(async (q: string, options: { why: string }) => {
      const session = open()
      const { retired, connected } = await session.client.call('machinesRetire', { body: { q, why: options.why } })
      const stay = connected === 0 ? '' : ` Connected, and therefore kept: ${counted(connected, 'machine')}.`
      session.print(`Retired: ${counted(retired, 'machine')}.${stay}`)
    })
  command
    .command('list', { isDefault: true })
    .description('machines that are retired, the latest thousand of them')
    .argument('[words...]', 'that stand in their names, practices or reasons')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle retire list A81001 "Not heard"')
    .action(async (words: string[], options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('retiredMachines', { query: { q: words.join(' ') } })
      session.print(formatRows<RetiredMachine>(options.output, items, COLUMNS, session.width))
    })
  for (const [name, what] of [
    ['undo', 'bring retired machines back'],
    ['delete', 'delete retired machines with their history, for good'],
  ] as const)
    command
      .command(name)
      .description(what)
      .argument('[id...]', 'from `retire list`')
      .option('--having <words>', 'all whose names, practices or reasons have these words, as `retire list` finds them')
      .addHelpText(
        'after',
        `\nExample:\n  pumphandle retire ${name} 01J340G1M0T8Q6ZJ5B2W3X4Y5Z\n  pumphandle retire ${name} --having "A81001 scrapped"`,
      )
      .action(async (given: string[], { having }: { having?: string }) => {
        const session = open()
        const body = given.length > 0 ? { ids: given } : { q: having ?? '' }
        if (name === 'undo') {
          const { returned } = await session.client.call('machinesReturn', { body })
          return session.print(`Brought back: ${counted(returned, 'machine')}.`)
        }
        const { deleted } = await session.client.call('machinesDelete', { body })
        session.print(`Deleted, with everything that was known of them: ${counted(deleted, 'machine')}.`)
      })
  return command.addHelpText('after', '\nExample:\n  pumphandle retire list')
}

const COLUMNS = [
  { head: 'ID', cell: (m: RetiredMachine) => m.id },
  { head: 'NAME', cell: (m: RetiredMachine) => m.name },
  { head: 'PRACTICE', cell: (m: RetiredMachine) => m.practice ?? '' },
  { head: 'LAST SEEN', cell: (m: RetiredMachine) => isoTime(m.lastSeen) },
  { head: 'RETIRED', cell: (m: RetiredMachine) => isoTime(m.retiredAt) },
  { head: 'WHY', cell: (m: RetiredMachine) => m.why },
]
