import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { databaseFile } from '../local.ts'
import { progressBar } from '../output/progress.ts'
import type { Open } from '../session.ts'

export function backup(open: Open): Command {
  return new Command('backup')
    .description('copy the database while the collector runs, and verify the copy')
    .argument('<file>', 'where the copy goes; best on another disk')
    .option('--data <dir>', 'data folder of the collector, on this computer')
    .addHelpText('after', '\nExample:\n  pumphandle backup /backup/pumphandle.db --data /var/lib/pumphandle')
    .action(async (file: string, options: { data?: string }) => {
      const session = open()
      const from = databaseFile(session.settings, options.data)
      const to = resolve(file)
      if (existsSync(to)) throw new CliError(`There is a file ${to} already; name one that is not there.`, EXIT.usage)
      const { backUp } = await import('@pumphandle/collector/copies')
      const bar = progressBar(session.err, 'Copying')
      try {
        await backUp(from, to, (share) => bar.show(share))
      } catch (error) {
        throw new CliError(`The database could not be copied: ${(error as Error).message}.`, EXIT.refused)
      } finally {
        bar.end()
      }
      session.print(`${to} is a whole copy of ${from}, and verified. \`pumphandle restore\` takes it.`)
    })
}
