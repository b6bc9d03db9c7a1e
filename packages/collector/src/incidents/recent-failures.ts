import { HOUR } from '@pumphandle/shared/time'
import { RECENT_FAILURES } from './limits.ts'

/** One failure per machine and hour is enough to draw a rate: a vanished machine that reports its crash is one. */
const ONE_FAILURE_MS = HOUR

interface RecentFailure {
  readonly at: number
  readonly machine: number
}

/** The fleet's latest failures, explained or not, to draw the rates with and without a suspect. */
export class RecentFailures {
  #failures: RecentFailure[] = []
  readonly #last = new Map<number, number>()

  add(machine: number, at: number): void {
    const last = this.#last.get(machine)
    if (last !== undefined && Math.abs(at - last) < ONE_FAILURE_MS) return
    this.#last.set(machine, at)
    this.#failures.push({ at, machine })
    if (this.#failures.length <= RECENT_FAILURES) return
    this.#failures = this.#failures.slice(RECENT_FAILURES / 2)
    this.#last.clear()
    for (const failure of this.#failures) this.#last.set(failure.machine, failure.at)
  }

  /** Failures from `from` (inclusive) until `until` (exclusive), ms epoch: of machines with the suspect, and of others. */
  count(from: number, until: number, exposed: (machine: number) => boolean): { with: number; without: number } {
    const counts = { with: 0, without: 0 }
    for (let i = this.#failures.length - 1; i >= 0; i--) {
      const failure = this.#failures[i]
      // arrival is nearly in order: a crash is reported minutes after the machine vanished, never hours
      if (!failure || failure.at < from - ONE_FAILURE_MS) break
      if (failure.at >= from && failure.at < until) counts[exposed(failure.machine) ? 'with' : 'without']++
    }
    return counts
  }
}
