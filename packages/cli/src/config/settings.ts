/** What the environment says: where the collector is, and who asks. Flags go before it. */
export interface Settings {
  readonly url: string
  readonly token: string | undefined
  /** For `serve`, which reads its own options. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Columns of the terminal that is written to; Infinity where it is none. */
  readonly width: number
}

export const DEFAULT_URL = 'http://127.0.0.1:8854'

export function settingsOfProcess(): Settings {
  const { env } = process
  return {
    // on the collector's own computer its settings say how people reach it
    url: env['PUMPHANDLE_URL'] ?? env['PUMPHANDLE_PUBLIC_URL'] ?? ownUrl(env),
    token: env['PUMPHANDLE_TOKEN'],
    env,
    width: process.stdout.columns ?? Number.POSITIVE_INFINITY,
  }
}

/** The address of a collector on this computer by its own settings, where they give no name that people reach it by. */
function ownUrl({ PUMPHANDLE_PORT: port, PUMPHANDLE_TLS_CERT: certificate }: Settings['env']): string {
  if (!port && !certificate) return DEFAULT_URL
  return `${certificate ? 'https' : 'http'}://127.0.0.1:${port || new URL(DEFAULT_URL).port}`
}
