import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Command } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { databaseAddress } from '../local.ts'
import type { Open } from '../session.ts'

export function restore(open: Open): Command {
  return new Command('restore')
    .description('put a backup in the place of the database, while no collector runs')
    .argument('<file>', 'a copy that `pumphandle backup` or the collector made')
    .option('--data <dir>', 'data folder of the collector, on this computer')
    .addHelpText('after', '\nExample:\n  pumphandle restore /backup/pumphandle.db --data /var/lib/pumphandle')
    .action(async (file: string, options: { data?: string }) => {
      const session = open()
      const to = databaseAddress(session.settings, options.data)
      const from = resolve(file)
      if (!existsSync(from)) throw new CliError(`There is no file ${from}; name a backup.`, EXIT.usage)
      const { putInPlace } = await import('@pumphandle/collector/copies')
      const { claimFile } = await import('@pumphandle/collector/store')
      try {
        mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
        const claim = claimFile(to, 'pumphandle restore')
        try {
          const kept = putInPlace(from, to, session.clock.now())
          session.print(`${to} is as ${from} was.${kept === undefined ? '' : ` What was there is in ${kept}.`}`)
          session.print(
            'Everybody signs in anew. What was revoked, disabled or removed since is as it was: do it again.',
          )
          session.print('Start the collector: agents send again what they have no acknowledgement for.')
        } finally {
          await claim.release()
        }
      } catch (error) {
        const { name, message, code } = error as Error & { code?: unknown }
        // a command that was started by root runs as the user of the folder, or of the service
        const isForbidden = code === 'EACCES' || code === 'EPERM'
        const whose = isForbidden ? `let the collector’s user own ${dirname(to)}` : 'try another backup'
        const way = name === 'Claimed' ? 'stop the collector first' : `nothing was changed; ${whose}`
        throw new CliError(`${from} could not be restored (${message}); ${way}.`, EXIT.refused)
      }
    })
}
