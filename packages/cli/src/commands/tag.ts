import type { TagRow } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { Command } from 'commander'
import { type Format, formatOption, formatRows } from '../output/format.ts'
import type { Open } from '../session.ts'

export function tag(open: Open): Command {
  const command = new Command('tag').description('tags of machines and practices')
  for (const [name, what] of [
    ['add', 'put tags on; one with the same key goes'],
    ['remove', 'take tags off; a key alone takes any value off'],
  ] as const)
    command
      .command(name)
      .description(what)
      .argument('<tag...>', 'such as ring:pilot')
      .option('--query <query>', 'every machine that it finds now')
      .option('--machine <id...>', 'machines by their ids')
      .option('--practice <code...>', 'practices, whose tags hold for their machines too; for admins')
      .addHelpText('after', `\nExample:\n  pumphandle tag ${name} ring:pilot --query "practice:A81001"`)
      .action(async (tags: string[], { query, machine, practice }: Whom) => {
        const session = open()
        const whom = practice ? { practices: practice } : machine ? { ids: machine } : { q: query }
        const { machines, practices } = await session.client.call('tagsChange', { body: { ...whom, [name]: tags } })
        session.print(`Done for ${practice ? counted(practices, 'practice') : counted(machines, 'machine')}.`)
      })
  command
    .command('list', { isDefault: true })
    .description('tags in use')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle tag list')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('tags')
      session.print(formatRows<TagRow>(options.output, items, COLUMNS, session.width))
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle tag list')
}

interface Whom {
  readonly query?: string
  readonly machine?: string[]
  readonly practice?: string[]
}

const COLUMNS = [
  { head: 'TAG', cell: (row: TagRow) => row.tag },
  { head: 'MACHINES', cell: (row: TagRow) => String(row.machines) },
  { head: 'PRACTICES', cell: (row: TagRow) => String(row.practices) },
]
