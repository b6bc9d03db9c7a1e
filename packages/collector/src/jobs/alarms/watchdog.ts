import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import type { Store } from '../../store/index.ts'
import { hostOf, WITHIN_MS } from '../notify/delivery/deliver.ts'

const EVERY_MS = MINUTE

export interface WatchdogDeps {
  readonly store: Pick<Store, 'ping'>
  readonly clock: Clock
  readonly log: Logger
  readonly health: () => CollectorHealth
  /** Of a service that alarms when it is not asked, such as Healthchecks or Uptime Kuma; it may hold a secret. */
  readonly url: string
  readonly fetch?: typeof fetch
}

/**
 * A dead man's switch: asks an address each minute while all is well. Who listens there alarms when it stays silent, which
 * also tells of a collector that has no power, no line or no disk and can tell nobody itself.
 */
export class Watchdog extends Job {
  readonly #deps: WatchdogDeps
  #reached = true

  constructor(deps: WatchdogDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'the watchdog was not told, for the database does not answer',
    })
    this.#deps = deps
  }

  async #round(): Promise<void> {
    const { store, log, health, url } = this.#deps
    if (!health().ok) return
    await store.ping()
    const ok = await this.#ask()
    if (ok !== this.#reached) log.warn({ host: hostOf(url), ok }, 'the watchdog was reached, or no longer')
    this.#reached = ok
  }

  async #ask(): Promise<boolean> {
    const { url, fetch: ask = fetch } = this.#deps
    try {
      const response = await ask(url, { redirect: 'manual', signal: AbortSignal.timeout(WITHIN_MS) })
      await response.body?.cancel()
      return response.ok
    } catch {
      return false
    }
  }
}
