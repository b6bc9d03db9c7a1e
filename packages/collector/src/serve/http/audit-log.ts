import type { Clock } from '@pumphandle/shared/clock'
import { HOUR } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import { storeFaultOf } from '../../model/store-fault.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Store } from '../../store/index.ts'

/** What the audit log says of one act. Its texts are filled in while it is carried out. */
export interface Line {
  readonly actor: string
  readonly action: string
  subject: string
  detail: string
}

/** A page that stays open asks for the same every few seconds: that it was opened is said once in so long. */
const ONCE_IN_MS = HOUR
/** What is remembered of it: a region's people who look at everything. */
const MOST_REMEMBERED = 20_000

/** Writes down who did, opened, exported and was refused what. */
export class AuditLog {
  readonly #store: Store
  readonly #clock: Clock
  readonly #log: Logger
  readonly #said = new Map<string, number>()

  constructor(store: Store, clock: Clock, log: Logger) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  /** @throws where it cannot be stored: what has to be written down is not done without it. */
  async write(line: Line): Promise<void> {
    const at = this.#clock.now()
    await this.#store.transaction((tx) => insertAudit(tx, { ...line, at }))
  }

  /** A read, which goes on while the database cannot be written to: then the collector's own log has it. */
  async writeIfPossible(line: Line): Promise<void> {
    try {
      await this.write(line)
    } catch (error) {
      if (storeFaultOf(error) === undefined) throw error
      this.#log.warn({ action: line.action, subject: line.subject }, 'a line of the audit log could not be stored')
    }
  }

  /** The same, at most once an hour for the same act. */
  async writeOnce(line: Line): Promise<void> {
    const key = JSON.stringify(line)
    const now = this.#clock.now()
    const said = this.#said.get(key)
    if (said !== undefined && now - said < ONCE_IN_MS) return
    this.#said.delete(key)
    this.#said.set(key, now)
    if (this.#said.size > MOST_REMEMBERED)
      for (const oldest of this.#said.keys()) {
        this.#said.delete(oldest)
        break
      }
    await this.writeIfPossible(line)
  }
}
