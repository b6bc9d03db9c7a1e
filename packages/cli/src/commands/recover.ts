import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { type Format, formatOption, formatRows } from '../output/format.ts'
import type { Open } from '../session.ts'

export function recover(open: Open): Command {
  return new Command('recover')
    .description('save what can be read of a damaged database into a new one')
    .argument('<damaged>', 'the database file; it is not changed')
    .argument('<new>', 'file to make; `pumphandle restore` puts it in place')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle recover data/pumphandle.db saved.db')
    .action(async (damaged: string, fresh: string, options: { output: Format }) => {
      const session = open()
      const [from, to] = [resolve(damaged), resolve(fresh)]
      if (existsSync(to)) throw new CliError(`There is a file ${to} already; name one that is not there.`, EXIT.usage)
      const copies = await import('@pumphandle/collector/copies')
      const tables = await copies.recover(from, to).catch((error: unknown) => {
        throw new CliError(
          `Nothing of ${from} can be read: ${(error as Error).message}. Restore a backup.`,
          EXIT.refused,
        )
      })
      session.print(
        formatRows(
          options.output,
          tables,
          [
            { head: 'TABLE', cell: (t) => t.table },
            { head: 'ROWS', cell: (t) => t.rows },
            { head: 'GAPS', cell: (t) => t.gaps },
          ],
          session.width,
        ),
      )
    })
}
