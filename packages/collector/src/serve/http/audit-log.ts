import type { Clock } from '@pumphandle/shared/clock'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import { HOUR } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import { tooOften } from '../../model/refusal.ts'
import { storeFaultOf } from '../../model/store-fault.ts'
import { type Actor, countedAs } from '../../people/index.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Store } from '../../store/index.ts'
import { LINES_PER_MINUTE, STRANGERS_LINES_PER_MINUTE } from './limits.ts'

/** What the audit log says of one act. Its texts are filled in while it is carried out. */
export interface Line {
  readonly actor: string
  readonly action: string
  subject: string
  detail: string
}

/** How long the same read is not written down again: a page that stays open asks for the same every few seconds. */
const ONCE_IN_MS = HOUR
/** What is remembered of it: a region's people who look at everything. */
const MOST_REMEMBERED = 20_000

/** Writes down who did, opened, exported and was refused what. */
export class AuditLog {
  readonly #store: Store
  readonly #clock: Clock
  readonly #log: Logger
  readonly #said = new Map<string, number>()
  readonly #ofActors = new RateByKey(perMinute(LINES_PER_MINUTE))
  readonly #ofStrangers = new RateByKey(perMinute(STRANGERS_LINES_PER_MINUTE))

  constructor(store: Store, clock: Clock, log: Logger) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  /**
   * Before something that leaves a line: nobody fills the log with them.
   * @param address of whom has not signed in
   * @throws Refusal 429
   */
  admit(actor: Actor | undefined, address: string): void {
    const now = this.#clock.now()
    const isAdmitted = actor ? this.#ofActors.take(countedAs(actor), now) : this.#ofStrangers.take(address, now)
    if (isAdmitted) return
    throw tooOften('Too often', 'Each of these is written down, and there were too many in a minute.', 60)
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

  /** The same, at most once an hour for the same act. @throws Refusal 429 for too many different ones */
  async writeOnce(line: Line, actor: Actor | undefined, address: string): Promise<void> {
    const key = JSON.stringify(line)
    const now = this.#clock.now()
    const said = this.#said.get(key)
    if (said !== undefined && now - said < ONCE_IN_MS) return
    this.admit(actor, address)
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
