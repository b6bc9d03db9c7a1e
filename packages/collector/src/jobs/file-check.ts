import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Logger } from '../log/logger.ts'
import type { Verdict } from '../model/file-verdict.ts'
import { type Check, check } from '../store/copies/index.ts'
import type { Store } from '../store/index.ts'

/** A check reads some 500 MB a second, and all of it twice where something is wrong. */
const WITHIN_MS = 10 * MINUTE
/**
 * After a check that could not be made or could not read all, and after one whose answer does not stay; or for as long as that
 * check took, so that a disk which is being mended is not read without end.
 */
const AGAIN_MS = 10 * SECOND
/** After one whose answer stays. */
const REST_MS = MINUTE

/** A database that is a file. */
export interface KeptFile {
  readonly path: string
  /** It was not closed the last time: nobody knows whether it is sound. */
  readonly isUnsure: boolean
}

interface Watched {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Pick<Store, 'damage' | 'checked'>
  readonly file: KeptFile
}

/**
 * Looks whether a database file is sound where that is in doubt: after a kill, and where it could not be read. It goes on beside
 * everything else, one check at a time, each for as long as it takes to read the file and no longer.
 */
export class FileCheck {
  readonly #watched: Watched
  #check: Check | undefined
  #cancel: () => void = () => undefined
  /** ms epoch. */
  #notBefore = 0
  #isUnsure: boolean
  #says: Verdict['is'] | undefined

  constructor(watched: Watched) {
    this.#watched = watched
    this.#isUnsure = watched.file.isUnsure
    const { log, file } = watched
    if (!file.isUnsure) return
    log.warn({ file: file.path }, 'the collector was not closed the last time; the database is checked meanwhile')
    this.look()
  }

  /** What the last check said; undefined before there was one. */
  get says(): Verdict['is'] | undefined {
    return this.#says
  }

  /** Call once a second: begins a check where one is due. */
  look(): void {
    const { clock, store } = this.#watched
    const isDue = this.#isUnsure || store.damage?.kind === 'unread'
    const now = clock.now()
    // a clock that was set back holds nothing up
    if (isDue && !this.#check && (now >= this.#notBefore || now < this.#notBefore - WITHIN_MS)) void this.#run()
  }

  close(): void {
    this.#cancel()
    this.#check?.stop()
  }

  async #run(): Promise<void> {
    const { clock, log, store, file } = this.#watched
    const began = clock.now()
    const going = check(file.path)
    this.#check = going
    this.#cancel = clock.after(WITHIN_MS, () => {
      going.stop()
      this.#ended(REST_MS)
      this.#isUnsure = false
      log.warn({ file: file.path }, 'the check of the database took too long and was given up')
    })
    try {
      const verdict = await going.verdict
      this.#says = verdict.is
      this.#isUnsure &&= verdict.is === 'unread'
      store.checked(verdict, began)
      if (verdict.is === 'sound') log.info({ file: file.path }, 'the database is sound')
      this.#ended(verdict.is === 'damaged' ? REST_MS : Math.max(AGAIN_MS, clock.now() - began))
    } catch (error) {
      log.warn({ err: error, file: file.path }, 'the database could not be checked')
      this.#ended(AGAIN_MS)
    }
  }

  #ended(restMs: number): void {
    this.#cancel()
    this.#check = undefined
    this.#notBefore = this.#watched.clock.now() + restMs
  }
}
