import { readFileSync, statSync } from 'node:fs'
import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import { StartError } from '../../model/start-error.ts'
import { MOST_MEMBERS } from '../words/limits.ts'

/** How often the file is looked at. */
const LOOK_EVERY_MS = 5 * SECOND
const KEY = /^[\w-]{43}$/

/**
 * Who may take part: a file with a line for each organisation, its key and whatever helps to know it. A key is one voice, so
 * whoever keeps the file decides how many voices an organisation has: one.
 */
export class Members {
  readonly #file: string
  readonly #clock: Clock
  readonly #log: Logger
  #keys: ReadonlySet<string>
  #changedAt = Number.NaN
  #lookedAt: number

  /** @throws StartError where the file cannot be read or has a line that is none */
  constructor(file: string, clock: Clock, log: Logger) {
    this.#file = file
    this.#clock = clock
    this.#log = log
    this.#keys = this.#read()
    this.#lookedAt = clock.now()
  }

  /** Whether the key is one of them, as the file says within five seconds. */
  has(key: string): boolean {
    this.#look()
    return this.#keys.has(key)
  }

  #look(): void {
    const now = this.#clock.now()
    if (now - this.#lookedAt < LOOK_EVERY_MS) return
    this.#lookedAt = now
    try {
      if (statSync(this.#file).mtimeMs !== this.#changedAt) this.#keys = this.#read()
    } catch (error) {
      // who was a member stays one: a file that is being written must not silence everybody
      this.#log.warn({ err: error }, 'the list of members cannot be read; the one before holds')
    }
  }

  #read(): ReadonlySet<string> {
    try {
      this.#changedAt = statSync(this.#file).mtimeMs
      return keysOf(readFileSync(this.#file, 'utf8'))
    } catch (error) {
      throw new StartError(
        `The list of members cannot be used (${(error as Error).message}); set PUMPHANDLE_COMMONS_MEMBERS to a file with a line for each organisation: its key, a blank, its name.`,
        { cause: error },
      )
    }
  }
}

function keysOf(text: string): Set<string> {
  const keys = new Set<string>()
  for (const [i, line] of text.split('\n').entries()) {
    const [key = ''] = line.trim().split(/\s+/)
    if (key === '' || key.startsWith('#')) continue
    if (!KEY.test(key)) throw new Error(`line ${i + 1} does not begin with a key`)
    keys.add(key)
  }
  if (keys.size > MOST_MEMBERS) throw new Error(`it has ${keys.size} keys; ${MOST_MEMBERS} are the most`)
  return keys
}
