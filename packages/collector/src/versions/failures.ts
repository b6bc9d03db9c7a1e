import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import { grown, type Observation, type Population } from '../detect/index.ts'

/** What a version may do to a machine. `no-return`: it said that it restarts, and did not come back. */
export const FAILURE_CLASSES = ['crash', 'vanished', 'no-return', 'service', 'app'] as const
export type FailureClass = (typeof FAILURE_CLASSES)[number]

/** A machine failed, as the versions' verdicts count it. Ms epoch. */
export interface VersionFailure {
  readonly machine: number
  readonly failureClass: FailureClass
  readonly failedAt: number
  /** A reported blue screen's, 0x50 as 80. */
  readonly stopCode: number | null
  /** False where the practice had such a failure within the hour: one power cut is one case. */
  readonly isVote: boolean
}

/** A machine heard again with the same boot within this was cut off, not down. */
const BLIP_MS = 3 * MINUTE
/** How long a feature update may keep a healthy machine away. */
const RESTART_MS = 30 * MINUTE
/** After the collector was blind, silence proves nothing for this long. */
const BLIND_MS = 5 * MINUTE
/** An older crash is history when it is told. */
const STALE_MS = DAY
/** What a machine does again within a fortnight is the same trouble: one that always crashes is no version's doing. */
const REPEAT_MS = 14 * DAY
/** Within this time a practice's failures are one case, of {@link OF_ONE_CAUSE}. */
const PRACTICE_MS = HOUR
/** What its power, its line or its server brings. */
const OF_ONE_CAUSE: readonly FailureClass[] = ['vanished', 'no-return', 'app']

interface Pending {
  readonly failureClass: 'vanished' | 'no-return'
  readonly failedAt: number
  readonly due: number
}

/**
 * Which observations are failures: crashes when they are told; silence and restarts when the machine stays away, taken back
 * when it turns out to have been well. Holds a few numbers for each machine that failed within a fortnight.
 */
export class VersionFailures {
  readonly #population: Population
  readonly #fail: (failure: VersionFailure) => void
  readonly #takeBack: (machine: number) => void
  readonly #pending = new Map<number, Pending>()
  /** Machines that are counted as gone, until they are heard again. */
  readonly #gone = new Set<number>()
  readonly #lastOf = new Map<string, number>()
  readonly #lastAt = new Map<string, number>()
  /** One for each machine that was heard of. */
  #known = new Uint8Array(0)
  /** When those of the last day were first heard of, while it was counted. */
  readonly #cameAt = new Map<number, number>()
  #blindUntil = 0
  #prunedAt = 0

  /** @param takeBack the machine's latest failure that was no crash never was */
  constructor(population: Population, fail: (failure: VersionFailure) => void, takeBack: (machine: number) => void) {
    this.#population = population
    this.#fail = fail
    this.#takeBack = takeBack
  }

  /** A crash that was counted before a restart. */
  restore(machine: number, at: number): void {
    this.#lastOf.set(`${machine} crash`, at)
  }

  /** A machine is there, and its time is counted. @param at null: since before anything is counted */
  know(machine: number, at: number | null): void {
    if (this.#known[machine] === 1) return
    this.#known = grown(this.#known, machine + 1)
    this.#known[machine] = 1
    if (at !== null) this.#cameAt.set(machine, at)
  }

  observe(o: Observation): void {
    switch (o.type) {
      case 'crash': {
        if (o.occurredAt < o.at - STALE_MS) return
        const failedAt = Math.min(o.at, o.occurredAt)
        // of a time that counts for no version: a new fleet's history would make every version better than the one before
        if (failedAt < (this.#cameAt.get(o.machine) ?? Number.NEGATIVE_INFINITY)) return
        if (o.kind === 'bugcheck') return this.#crashed(o.machine, failedAt, o.stopCode)
        return this.#count(o.machine, o.kind === 'service' ? 'service' : 'app', failedAt)
      }
      case 'service-down':
        return this.#count(o.machine, 'service', o.at)
      case 'silent':
        if (!o.othersAlive || o.at < this.#blindUntil || this.#pending.has(o.machine)) return
        this.#pending.set(o.machine, {
          failureClass: 'vanished',
          failedAt: o.lastHeard,
          due: Math.max(o.at, o.lastHeard + BLIP_MS),
        })
        return
      case 'goodbye':
        this.#isWell(o.machine)
        if (o.reason === 'restart')
          this.#pending.set(o.machine, { failureClass: 'no-return', failedAt: o.at, due: o.at + RESTART_MS })
        return
      case 'online':
        return this.#online(o.machine, o.previousEnd)
      case 'blind':
        this.#pending.clear()
        this.#gone.clear()
        this.#blindUntil = o.at + BLIND_MS
    }
  }

  /** Time passes: who has stayed away too long has failed. */
  tick(now: number): void {
    for (const [machine, { failureClass, failedAt, due }] of this.#pending) {
      if (due > now) continue
      this.#pending.delete(machine)
      if (failureClass === 'no-return' && this.#population.aliveAt(this.#population.siteOf(machine)) === 0) continue
      this.#gone.add(machine)
      this.#count(machine, failureClass, failedAt)
    }
    if (now - this.#prunedAt < DAY) return
    this.#prunedAt = now
    for (const [key, at] of this.#lastOf) if (at < now - REPEAT_MS) this.#lastOf.delete(key)
    for (const [key, at] of this.#lastAt) if (at < now - PRACTICE_MS) this.#lastAt.delete(key)
    for (const [machine, at] of this.#cameAt) if (at < now - STALE_MS) this.#cameAt.delete(machine)
  }

  #online(machine: number, previousEnd: string): void {
    const pending = this.#pending.get(machine)
    if (previousEnd === 'bugcheck' && (pending || this.#gone.has(machine)))
      return this.#crashed(machine, pending?.failedAt ?? Number.NaN, null)
    if (previousEnd === 'unexpected' && pending?.failureClass === 'vanished') {
      this.#pending.delete(machine)
      return this.#count(machine, 'vanished', pending.failedAt)
    }
    if (previousEnd === 'unexpected') {
      this.#pending.delete(machine)
      this.#gone.delete(machine)
      return
    }
    this.#isWell(machine)
  }

  /** What was taken for its going away was this crash. */
  #crashed(machine: number, failedAt: number, stopCode: number | null): void {
    const known = this.#lastOf.get(`${machine} vanished`)
    this.#isWell(machine)
    const at = Number.isNaN(failedAt) ? known : failedAt
    if (at !== undefined) this.#count(machine, 'crash', at, stopCode)
  }

  #isWell(machine: number): void {
    this.#pending.delete(machine)
    if (!this.#gone.delete(machine)) return
    for (const failureClass of ['vanished', 'no-return'] as const) this.#lastOf.delete(`${machine} ${failureClass}`)
    this.#takeBack(machine)
  }

  #count(machine: number, failureClass: FailureClass, failedAt: number, stopCode: number | null = null): void {
    const site = this.#population.siteOf(machine)
    if (site < 0) return
    const last = this.#lastOf.get(`${machine} ${failureClass}`)
    if (last !== undefined && failedAt - last < REPEAT_MS) return
    this.#lastOf.set(`${machine} ${failureClass}`, failedAt)
    const inPractice = this.#lastAt.get(`${site} ${failureClass}`) ?? Number.NEGATIVE_INFINITY
    const isVote = !OF_ONE_CAUSE.includes(failureClass) || Math.abs(failedAt - inPractice) >= PRACTICE_MS
    if (isVote) this.#lastAt.set(`${site} ${failureClass}`, failedAt)
    this.#fail({ machine, failureClass, failedAt, stopCode, isVote })
  }
}
