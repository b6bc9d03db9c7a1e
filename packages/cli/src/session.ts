import { readFileSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { type Client, createClient } from '@pumphandle/shared/client'
import { type Clock, systemClock } from '@pumphandle/shared/clock'
import { DEFAULT_URL, type Settings } from './config/settings.ts'
import { CliError, EXIT } from './exit-codes.ts'

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean }

export interface Surroundings {
  readonly settings: Settings
  readonly out: Output
  readonly err: Output
  readonly clock?: Clock
  /** Ends a command that runs until it is told to: `--watch`. */
  readonly signal?: AbortSignal
}

/** What every command has: the collector's API, where to write, and the time. */
export class Session {
  readonly out: Output
  readonly err: Output
  readonly clock: Clock
  readonly settings: Settings
  readonly signal: AbortSignal | undefined
  readonly #options: { url?: string; tokenFile?: string }

  constructor(surroundings: Surroundings, options: { url?: string; tokenFile?: string }) {
    this.settings = surroundings.settings
    this.out = surroundings.out
    this.err = surroundings.err
    this.clock = surroundings.clock ?? systemClock
    this.signal = surroundings.signal
    this.#options = options
  }

  /** Without a slash at the end. @throws CliError for what is no address. */
  get url(): string {
    const url = this.#options.url ?? this.settings.url
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '')
    throw new CliError(
      `"${url}" is no address of a collector: write one such as ${DEFAULT_URL} after --url or in PUMPHANDLE_URL.`,
      EXIT.usage,
    )
  }

  get width(): number {
    return this.settings.width
  }

  /** @throws CliError when no token says who asks. */
  get token(): string {
    const token = this.#tokenOfFile() ?? this.settings.token
    if (token) return token
    throw new CliError(
      'No token says who asks: set PUMPHANDLE_TOKEN or give --token-file FILE. On the collector itself `pumphandle tokens add NAME --data DIR` makes one.',
      EXIT.usage,
    )
  }

  get client(): Client {
    return createClient({ url: this.url, token: this.token })
  }

  print(text: string): void {
    this.out.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  #tokenOfFile(): string | undefined {
    const { tokenFile } = this.#options
    if (tokenFile === undefined) return
    try {
      return readFileSync(tokenFile, 'utf8').trim()
    } catch {
      throw new CliError(
        `Cannot read the token file ${tokenFile}; check its path and that you may read it.`,
        EXIT.usage,
      )
    }
  }
}

/** Makes the session of a command once its global options are known. */
export type Open = () => Session
/** Where a command leaves an exit code other than 0 without an error. */
export interface Outcome {
  code: number
}
