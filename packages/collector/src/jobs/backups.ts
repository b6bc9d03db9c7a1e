import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import type { Config } from '../config/index.ts'
import { Job } from '../log/job.ts'
import type { Logger } from '../log/logger.ts'
import { backUp } from '../store/copies/index.ts'

/** How often it is looked whether a copy is due; one that failed is tried again then. */
const LOOK_EVERY_MS = 5 * MINUTE
const NAME = /^pumphandle-\d{4}-\d\d-\d\dT\d{6}Z\.db$/

interface Backed {
  readonly clock: Clock
  readonly log: Logger
  /** The database. */
  readonly file: string
  readonly settings: NonNullable<Config['backup']>
}

/** Copies of the database, made while it is used, each verified; the oldest go. */
export class Backups extends Job {
  readonly #backed: Backed
  #failure: string | undefined

  constructor(backed: Backed) {
    super({
      ...backed,
      everyMs: LOOK_EVERY_MS,
      run: () => this.#round(),
      failed: 'the database could not be copied',
    })
    this.#backed = backed
  }

  /** Why there is no newer copy; undefined where all is well. */
  get problem(): CollectorHealth['problems'][number] | undefined {
    if (this.#failure === undefined) return undefined
    const { folder } = this.#backed.settings
    return {
      code: 'backup-failed',
      title: `The last backup to ${folder} failed (${this.#failure}); look at that folder. It is tried again every five minutes.`,
      severity: 'warning',
    }
  }

  async #round(): Promise<void> {
    const { clock, log, file, settings } = this.#backed
    try {
      mkdirSync(settings.folder, { recursive: true, mode: 0o700 })
      const now = clock.now()
      const newest = this.#copies().at(-1)
      const made = newest === undefined ? 0 : statSync(join(settings.folder, newest)).mtimeMs
      // a copy from the future is one from before the clock was set right
      if (made <= now && now - made < settings.hours * HOUR) return
      const name = `pumphandle-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}Z.db`
      await backUp(file, join(settings.folder, name))
      this.#failure = undefined
      log.info({ copy: join(settings.folder, name), ms: clock.now() - now }, 'the database was copied')
      for (const old of this.#copies().slice(0, -settings.keep)) rmSync(join(settings.folder, old))
    } catch (error) {
      this.#failure = (error as Error).message
      throw error
    }
  }

  /** Names of the copies, oldest first. */
  #copies(): string[] {
    return readdirSync(this.#backed.settings.folder)
      .filter((name) => NAME.test(name))
      .sort()
  }
}
