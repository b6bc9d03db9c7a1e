import type { SavedQuery } from '@pumphandle/shared/api'
import { Command } from 'commander'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'

interface AddOptions {
  readonly pin?: true
  readonly tell?: true
  readonly forPlaces?: true
  readonly output: Format
}

/** Questions with a name, which everybody sees. */
export function questions(open: Open): Command {
  const command = new Command('questions').description('saved questions, for everybody')
  command
    .command('list', { isDefault: true })
    .description('each with how many machines it finds now')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle questions')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('savedQueries')
      session.print(formatRows(options.output, items, COLUMNS, session.width))
    })
  command
    .command('add')
    .description('save a question')
    .argument('<name>', 'what it is called')
    .argument('<query>', 'in the query language')
    .option('--pin', 'on everybody’s overview')
    .option('--tell', 'every channel is told when it finds machines where it found none')
    .option('--for-places', 'people of some places see it too, with their own machines alone')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle questions add "Old Falcon" "sensor:falcon<7.16 state:on" --tell')
    .action(async (name: string, q: string, { pin, tell, forPlaces, output }: AddOptions) => {
      const session = open()
      const body = { name, q, pinned: pin ?? false, told: tell ?? false, forPlaces: forPlaces ?? false }
      const saved = await session.client.call('savedQueryAdd', { body })
      session.print(
        formatRecord(output, saved, [
          ['Question', saved.name],
          ['Id', saved.id],
          ['Machines', saved.machines],
        ]),
      )
    })
  command
    .command('remove')
    .description('forget a question')
    .argument('<id>', 'from `questions list`', whole)
    .addHelpText('after', '\nExample:\n  pumphandle questions remove 2')
    .action(async (id: number) => {
      const session = open()
      await session.client.call('savedQueryDelete', { path: { id } })
      session.print(`Question ${id} is forgotten.`)
    })
  return command
}

const COLUMNS: Column<SavedQuery>[] = [
  { head: 'ID', cell: (s) => s.id },
  { head: 'NAME', cell: (s) => s.name },
  { head: 'MACHINES', cell: (s) => s.machines ?? 'not understood' },
  { head: 'QUERY', cell: (s) => s.q, narrow: 'wrap' },
  { head: '', cell: (s) => [s.pinned && 'pinned', s.told && 'told'].filter(Boolean).join(', ') },
  { head: 'BY', cell: (s) => s.createdBy, narrow: 'omit' },
]
