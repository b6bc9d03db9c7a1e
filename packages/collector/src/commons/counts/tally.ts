import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import * as z from 'zod'
import type { FactRegistry, Population } from '../../detect/index.ts'
import type { VersionCount, VersionFailure } from '../../versions/index.ts'
import { LEAST_MACHINES } from '../words/limits.ts'
import { AGES, type Age, MEMORIES, type Memory } from '../words/report.ts'

/** Seconds since arrival at which an age ends; the detector's windows. */
const AGE_ENDS: Readonly<Record<Exclude<Age, 'older'>, number>> = { '15min': 900, day: 86_400 }
const MEMORY_MS: Readonly<Record<Memory, number>> = { hour: HOUR, week: 7 * DAY }
/** A longer pause was not watched. */
const LONGEST_STEP_MS = 5 * MINUTE
/** Versions that are counted: what is public is some hundreds; nobody may fill the memory with invented ones. */
const MOST_VERSIONS = 5_000
/** Under this nothing of a count is left that could be told. */
const NOTHING = 0.01
/** The whole fleet, whatever it has. */
const FLEET = '*'

/** Counts of one version: what `at` 0 would have weighed, by memory. */
interface Sums {
  /** Machine-hours by memory and age. */
  readonly hours: Record<Memory, Record<Age, number>>
  /** Failures by `class age stopCode`, by memory. */
  readonly failures: Map<string, Record<Memory, number>>
}

const Amounts = z.record(z.enum(MEMORIES), z.number())
/** What is stored of the counts: those of the moment `at`. */
export const StoredTally = z.object({
  at: z.number(),
  sums: z.array(
    z.object({
      key: z.string(),
      hours: z.record(z.enum(MEMORIES), z.record(z.enum(AGES), z.number())),
      failures: z.array(z.tuple([z.string(), Amounts])),
    }),
  ),
})
export type StoredTally = z.infer<typeof StoredTally>

/** Unrounded counts of one version, or of the fleet, as they are now. */
export interface Tallied {
  readonly hours: Readonly<Record<Memory, Readonly<Record<Age, number>>>>
  readonly failures: readonly {
    readonly failureClass: VersionFailure['failureClass']
    readonly age: Age
    readonly stopCode: number | null
    readonly machines: Readonly<Record<Memory, number>>
  }[]
}

/**
 * What a fleet saw of its public versions, in counts that can be added to those of others. Each forgets with an hour and
 * with a week; forgetting commutes with adding, so that neither order nor place of adding up matters.
 */
export class Tally {
  readonly #population: Population
  readonly #facts: FactRegistry
  readonly #isPublic: (key: string) => boolean
  readonly #sums = new Map<string, Sums>()
  #steppedAt = Number.NaN

  constructor(population: Population, facts: FactRegistry, isPublic: (key: string) => boolean) {
    this.#population = population
    this.#facts = facts
    this.#isPublic = isPublic
  }

  /** A machine failed, or turned out not to have; `key` null for the fleet as a whole. */
  count({ key, failure, ageSeconds, sign }: VersionCount): void {
    if (!failure.isVote || Number.isNaN(this.#steppedAt)) return
    const sums = key === null || this.#isPublic(key) ? this.#sumsOf(key ?? FLEET) : undefined
    if (!sums) return
    const age: Age = key === null ? 'older' : ageOf(ageSeconds)
    const cell = `${failure.failureClass} ${age} ${failure.stopCode ?? ''}`
    const amounts = sums.failures.get(cell) ?? { hour: 0, week: 0 }
    sums.failures.set(cell, amounts)
    // weighed by when it failed, so that taking it back takes just as much
    for (const memory of MEMORIES) amounts[memory] += sign * this.#weight(memory, failure.failedAt)
  }

  /** Time passes: call once a minute. Machine-hours of fewer than five machines are not counted. */
  step(now: number): void {
    if (Number.isNaN(this.#steppedAt)) this.#steppedAt = now
    const ms = Math.min(Math.max(0, now - this.#steppedAt), LONGEST_STEP_MS)
    this.#fade(now)
    this.#add(FLEET, { '15min': 0, day: 0, older: this.#population.connected }, ms)
    for (let fact = 0; fact < this.#facts.size; fact++) {
      if (this.#population.connectedWith(fact) < LEAST_MACHINES) continue
      const { key } = this.#facts.get(fact)
      if (this.#isPublic(key)) this.#add(key, this.#population.connectedByAge(fact), ms)
    }
  }

  /** Versions that anything is known of; {@link FLEET} is not among them. */
  keys(): string[] {
    return [...this.#sums.keys()].filter((key) => key !== FLEET)
  }

  /** Counts as of the last step; `key` null for the fleet. */
  of(key: string | null): Tallied {
    const sums = this.#sums.get(key ?? FLEET)
    return {
      hours: sums?.hours ?? { hour: noHours(), week: noHours() },
      failures: [...(sums?.failures ?? [])].map(([cell, machines]) => ({ ...cellOf(cell), machines })),
    }
  }

  save(): StoredTally {
    return {
      at: this.#steppedAt,
      sums: [...this.#sums].map(([key, { hours, failures }]) => ({ key, hours, failures: [...failures] })),
    }
  }

  /** Goes on from what was saved; what passed since then is forgotten at the next step, and nothing is added for it. */
  load({ at, sums }: StoredTally, now: number): void {
    this.#steppedAt = at
    for (const { key, hours, failures } of sums) this.#sums.set(key, { hours, failures: new Map(failures) })
    this.#fade(now)
  }

  /** What it weighs at the last step. A failure from after it weighs more than one, until the next. */
  #weight(memory: Memory, at: number): number {
    return Math.exp((at - this.#steppedAt) / MEMORY_MS[memory])
  }

  /** Brings all counts to `now`, and forgets those of which nothing is left. */
  #fade(now: number): void {
    const kept = { hour: this.#kept('hour', now), week: this.#kept('week', now) }
    this.#steppedAt = Math.max(now, this.#steppedAt)
    for (const [key, { hours, failures }] of this.#sums) {
      let left = 0
      for (const memory of MEMORIES)
        for (const age of AGES) {
          hours[memory][age] *= kept[memory]
          left += hours[memory][age]
        }
      for (const [cell, amounts] of failures) {
        for (const memory of MEMORIES) amounts[memory] *= kept[memory]
        if (amounts.week < NOTHING) failures.delete(cell)
      }
      if (left < NOTHING && failures.size === 0) this.#sums.delete(key)
    }
  }

  #kept(memory: Memory, now: number): number {
    return Math.exp(-Math.max(0, now - this.#steppedAt) / MEMORY_MS[memory])
  }

  #add(key: string, machines: Readonly<Record<Age, number>>, ms: number): void {
    const sums = this.#sumsOf(key)
    if (!sums) return
    for (const age of AGES) {
      if (machines[age] < LEAST_MACHINES) continue
      for (const memory of MEMORIES) sums.hours[memory][age] += (machines[age] * ms) / HOUR
    }
  }

  #sumsOf(key: string): Sums | undefined {
    const known = this.#sums.get(key)
    if (known || this.#sums.size >= MOST_VERSIONS) return known
    const sums: Sums = { hours: { hour: noHours(), week: noHours() }, failures: new Map() }
    this.#sums.set(key, sums)
    return sums
  }
}

function ageOf(seconds: number): Age {
  if (seconds <= AGE_ENDS['15min']) return '15min'
  return seconds <= AGE_ENDS.day ? 'day' : 'older'
}

function cellOf(cell: string): Omit<Tallied['failures'][number], 'machines'> {
  const [failureClass, age, stopCode = ''] = cell.split(' ')
  return {
    failureClass: failureClass as VersionFailure['failureClass'],
    age: age as Age,
    stopCode: stopCode === '' ? null : Number(stopCode),
  }
}

const noHours = (): Record<Age, number> => ({ '15min': 0, day: 0, older: 0 })
