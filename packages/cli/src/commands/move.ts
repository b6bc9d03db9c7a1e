import { counted } from '@pumphandle/shared/words'
import { Command } from 'commander'
import type { Open } from '../session.ts'

export function move(open: Open): Command {
  return new Command('move')
    .description('move machines to another practice, with their history')
    .argument('<query>', 'which')
    .argument('<code>', 'ODS code of the practice')
    .addHelpText('after', '\nExample:\n  pumphandle move "name:RECEPTION-*" A81002')
    .action(async (q: string, practice: string) => {
      const session = open()
      const { moved } = await session.client.call('machinesMove', { body: { q, practice } })
      session.print(`Moved to ${practice}: ${counted(moved, 'machine')}.`)
    })
}
