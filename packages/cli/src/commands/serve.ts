import { ConfigError, optionsHelp, readConfig } from '@pumphandle/collector/config'
import { Command } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import type { Open } from '../session.ts'

export function serve(open: Open): Command {
  return new Command('serve')
    .description('run the collector')
    .argument('[options...]', 'as below; each is also an environment variable, --port is PUMPHANDLE_PORT')
    .allowUnknownOption()
    .addHelpText('after', `\n${optionsHelp()}\n\nExample:\n  pumphandle serve --port 8854 --data ./data`)
    .action(async (args: string[]) => {
      const session = open()
      // asking is quick because only serving loads the collector
      const { localAddress, runProgram, StartError, startProgram } = await import('@pumphandle/collector')
      try {
        const config = readConfig(session.settings.env, args)
        const code = await runProgram(
          () => startProgram(config),
          (program) => {
            session.print(`Pumphandle is at ${localAddress(config, program.url)}`)
            void program.signInLink?.().then((link) => link && session.print(`Sign in, once, with ${link}`))
          },
        )
        process.exit(code)
      } catch (error) {
        if (error instanceof ConfigError) throw new CliError(error.message, EXIT.usage)
        if (error instanceof StartError) throw new CliError(error.message, EXIT.refused)
        throw error
      }
    })
}
