import { parseArgs } from 'node:util'
import { type Secrets, type Settings, withGiven } from '../config/settings.ts'

/** Options of every command that reaches a collector; the installer's properties have the same meanings. */
const CONNECTION_OPTIONS = {
  data: { type: 'string' },
  volume: { type: 'string' },
  collector: { type: 'string' },
  token: { type: 'string' },
  site: { type: 'string' },
  tags: { type: 'string' },
  proxy: { type: 'string' },
  'ca-sha256': { type: 'string' },
} as const

export type ConnectionOptions = { [name in keyof typeof CONNECTION_OPTIONS]?: string | undefined }

/** Reads the command line of `run` and `service` without a library. @throws TypeError for an option that does not exist */
export function parseRunOptions(args: string[]): ConnectionOptions {
  return parseArgs({ args, options: CONNECTION_OPTIONS }).values
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
  const { settings, proxyLogin } = withGiven(stored, { ...options, caSha256: options['ca-sha256'] })
  // secrets are opened only where they change: opening them takes time at a start
  const changed = options.token !== undefined || proxyLogin !== undefined
  return {
    settings,
    secrets: changed
      ? {
          ...secrets(),
          ...(options.token && { enrolmentToken: options.token }),
          ...(proxyLogin && { proxyLogin }),
        }
      : undefined,
  }
}
