import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import { auditSyslog } from '../../exports/audit.ts'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import { auditAfter } from '../../store/audit.ts'
import type { Store } from '../../store/index.ts'
import { readSnapshot, writeSnapshot } from '../../store/snapshots.ts'
import { hostOf } from '../notify/delivery/deliver.ts'
import { sendSyslog } from './syslog-stream.ts'

/** Who watches a SIEM wants to know of a stolen account before it has done everything. */
const EVERY_MS = 2 * SECOND
/** Lines of one connection. */
const LINES = 500
/** After a failure the receiver has time to come back. */
const AGAIN_MS = 5 * SECOND
/** A receiver that restarts is not worth a word. */
const SAID_AFTER_MS = 5 * MINUTE
/** Under this name the table of snapshots has the last line that was taken. */
const POSITION = 'audit-forwarded'

export interface ForwarderDeps {
  readonly store: Pick<Store, 'db' | 'reader'>
  readonly clock: Clock
  readonly log: Logger
  readonly url: string
}

/** Sends each line of the audit log to the organisation's SIEM, in order, and again where it is not known to have come. */
export class AuditForwarder extends Job {
  readonly #deps: ForwarderDeps
  #failing: { readonly since: number; readonly why: string } | undefined
  #notBefore = 0

  constructor(deps: ForwarderDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'the audit log could not be read in order to be forwarded',
    })
    this.#deps = deps
  }

  /** For the collector's health; undefined where lines are taken. */
  get problem(): CollectorHealth['problems'][number] | undefined {
    const { clock, url } = this.#deps
    if (!this.#failing || clock.now() - this.#failing.since < SAID_AFTER_MS) return
    const title = `${hostOf(url)} takes no lines of the audit log (${this.#failing.why}); they are kept, and follow when it does.`
    return { code: 'audit-not-forwarded', title, severity: 'warning' }
  }

  async #round(): Promise<void> {
    const { store, clock, log, url } = this.#deps
    if (clock.now() < this.#notBefore) return
    let after = (await readSnapshot(store.reader, POSITION))?.seq ?? 0
    for (;;) {
      const lines = await auditAfter(store.reader, after, LINES)
      const last = lines.at(-1)
      if (!last) return
      try {
        await sendSyslog(url, lines.map(auditSyslog))
      } catch (error) {
        const why = (error as { code?: string }).code ?? (error as Error).message
        if (!this.#failing) log.warn({ host: hostOf(url), why }, 'lines of the audit log could not be forwarded')
        this.#failing = { since: this.#failing?.since ?? clock.now(), why }
        this.#notBefore = clock.now() + AGAIN_MS
        return
      }
      this.#failing = undefined
      after = last.id
      await writeSnapshot(store.db, POSITION, { at: clock.now(), seq: after, body: '{}' })
    }
  }
}
