import type { CommonsSeen } from '@pumphandle/shared/api'
import type { FactRegistry, Population } from '../../detect/index.ts'
import { reportOf } from '../counts/report.ts'
import { type StoredTally, Tally } from '../counts/tally.ts'
import { DELAY_MS } from '../words/limits.ts'
import type { Answer, Report } from '../words/report.ts'
import { Concerned } from './fleet.ts'
import { type Warning, Warnings } from './warnings.ts'

export interface MemberOptions {
  readonly facts: FactRegistry
  readonly population: Population
  /** The public key that its reports bear. */
  readonly key: string
  readonly isPublic: (key: string) => boolean
  readonly stored?: { readonly warnings: readonly Warning[]; readonly number: number } | undefined
}

/**
 * A collector's side of a commons, without its line: what it would say, and what it makes of what it is told. Says a minute
 * later what it counted, so that nobody sees a single crash by its second.
 */
export class Member {
  readonly tally: Tally
  readonly warnings: Warnings
  readonly #options: MemberOptions
  readonly #concerned: Concerned
  #number: number
  /** Made, and not yet old enough to be sent; the latest last. */
  #made: Report[] = []
  #seen: readonly CommonsSeen[] = []

  constructor(options: MemberOptions) {
    const { facts, population, isPublic, stored } = options
    this.#options = options
    this.tally = new Tally(population, facts, isPublic)
    this.warnings = new Warnings(stored?.warnings)
    this.#concerned = new Concerned(facts, population)
    this.#number = stored?.number ?? 0
    this.#declare()
  }

  /** Versions that machines here have or wait for and others see, what fails first. */
  get seen(): readonly CommonsSeen[] {
    return this.#seen
  }

  /** Goes on from the counts that were stored. */
  load(tally: StoredTally, now: number): void {
    this.tally.load(tally, now)
  }

  /** Call twice a minute: counts it, and says what may be sent now, which is the latest that was counted a minute ago. */
  report(now: number): Report | undefined {
    this.tally.step(now)
    const due = this.#made.findLast(({ at }) => at <= now - DELAY_MS)
    this.#number = Math.max(this.#number + 1, now)
    const sender = { key: this.#options.key, number: this.#number, at: now }
    const made = reportOf(this.tally, sender, (key) => this.#concerned.machinesWith(key))
    this.#made = [...this.#made.filter(({ at }) => at > now - DELAY_MS), made]
    return due
  }

  /** Takes what others see. It opens no incident; it warns, and makes the detector quicker to believe what it sees itself. */
  take(answer: Answer, now: number): void {
    const all = answer.seen.map((seen) => this.#concerned.seenHere(seen))
    this.#seen = all.filter(({ machines, waiting }) => machines + waiting > 0)
    this.warnings.take(all, now)
    this.#declare()
  }

  #declare(): void {
    this.#options.facts.declareFailsElsewhere(this.warnings.keys)
  }
}
