import { type Secrets, type Settings, withGiven, withReplaced } from '../config/settings.ts'

/** Options of every command that reaches a collector; the installer's properties have the same meanings. */
const CONNECTION_OPTIONS = ['data', 'volume', 'collector', 'token', 'site', 'tags', 'proxy', 'ca-sha256'] as const

export type ConnectionOptions = { [name in (typeof CONNECTION_OPTIONS)[number]]?: string | undefined }

/**
 * Reads the command line of `run` and `service`: `--name value` or `--name=value`, the last of each. Node's own reader takes
 * 2 ms of the first second to load.
 *
 * @throws TypeError for an option that does not exist or has no value
 */
export function parseRunOptions(args: readonly string[]): ConnectionOptions {
  const options: ConnectionOptions = {}
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    const equals = arg.indexOf('=')
    const given = equals < 0 ? arg : arg.slice(0, equals)
    const name = CONNECTION_OPTIONS.find((one) => given === `--${one}`)
    if (name === undefined) throw new TypeError(`There is no option ${given}; --help tells which there are.`)
    const value = equals < 0 ? args[++at] : arg.slice(equals + 1)
    if (value === undefined || (equals < 0 && value.startsWith('--')))
      throw new TypeError(`The option ${given} needs a value.`)
    options[name] = value
  }
  return options
}

/**
 * Stored settings with the command line's on top.
 *
 * @throws SettingsError for a value that cannot work
 */
export function withOptions(
  stored: Partial<Settings>,
  secrets: () => Secrets,
  options: ConnectionOptions,
): { settings: Partial<Settings>; secrets: Secrets | undefined } {
  const { settings, replaced } = withGiven(stored, { ...options, caSha256: options['ca-sha256'] })
  // secrets are opened only where they change: opening them takes time at a start
  return { settings, secrets: Object.keys(replaced).length > 0 ? withReplaced(secrets(), replaced) : undefined }
}
