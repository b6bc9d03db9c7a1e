/** The only folder that reads the environment. */
import { readConfig } from './read.ts'

export { type Config, ConfigError, type Grant, type OidcConfig } from './config.ts'
export { optionsHelp } from './options.ts'
export { readConfig } from './read.ts'

/** The configuration of this process. @throws ConfigError, one sentence that says what to set. */
export function configOfProcess(args: readonly string[] = process.argv.slice(2)) {
  return readConfig(process.env, args)
}
