import type { Observation } from '@pumphandle/collector/detect'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import type { Observer } from '../sinks/observations.ts'

/** One message for one cause: a rule that fired is quiet for an hour. */
const QUIET_AFTER = HOUR
const SHORT_WINDOW = 5 * MINUTE
const CRASHES_IN_SHORT_WINDOW = [5, 10, 20, 50]
const SILENT_SHARES = [0.01, 0.05]
/** Below this many silent machines a share says nothing. */
const LEAST_SILENT = 20
/** Crash reports that a rule looks back at. */
const MOST_REPORTS = 600
/** A crash told later than this is history. */
const REPORT_FRESH = 2 * HOUR

const VERSION_RULES = [
  '5 % of a version in 1 h, at least 3',
  '1 % of a version in 1 h, at least 10',
  'version 5 times the rest in 1 h, at least 5',
] as const

interface Report {
  readonly at: number
  readonly machine: number
  readonly facts: readonly number[]
}

export interface Alarm {
  readonly rule: string
  readonly at: number
  readonly fact: number | null
}

/**
 * The rules that dashboards usually come with: so many crashes in five minutes, a share of a version's machines in an
 * hour, a version's rate against the rest's, a share of the fleet silent. They see what the detector sees.
 */
export class ThresholdRules implements Observer {
  readonly alarms: Alarm[] = []
  readonly #firedAt = new Map<string, number>()
  readonly #facts: number[][] = []
  readonly #lastCrash: string[] = []
  readonly #machinesWith = new Map<number, number>()
  readonly #connected = new Set<number>()
  #reports: Report[] = []
  #silences: number[] = []

  observe(observation: Observation): void {
    switch (observation.type) {
      case 'machine':
        this.#facts[observation.machine] ??= []
        break
      case 'online':
        this.#connected.add(observation.machine)
        break
      case 'goodbye':
        this.#connected.delete(observation.machine)
        break
      case 'component':
        this.#takeComponent(observation.machine, observation.fact, observation.change === 'removed')
        break
      case 'silent':
        this.#takeSilence(observation.machine, observation.at)
        break
      case 'crash':
        // a collector stores a repeated report once, so the rules see it once, too
        if (this.#lastCrash[observation.machine] === observation.id) break
        this.#lastCrash[observation.machine] = observation.id
        if (observation.at - observation.occurredAt < REPORT_FRESH) {
          this.#takeCrash(observation.machine, observation.at)
        }
        break
      case 'blind':
        this.#connected.clear()
        this.#silences = []
        break
      case 'service-down':
        break
    }
  }

  tick(now: number): void {
    while (this.#silences.length > 0 && this.#silences[0]! < now - SHORT_WINDOW) this.#silences.shift()
  }

  #takeComponent(machine: number, fact: number, removed: boolean): void {
    const facts = (this.#facts[machine] ??= [])
    const at = facts.indexOf(fact)
    if (removed === at < 0) return
    if (removed) facts.splice(at, 1)
    else facts.push(fact)
    this.#machinesWith.set(fact, (this.#machinesWith.get(fact) ?? 0) + (removed ? -1 : 1))
  }

  #takeSilence(machine: number, at: number): void {
    if (!this.#connected.delete(machine)) return
    this.#silences.push(at)
    const silent = this.#silences.length
    for (const share of SILENT_SHARES) {
      if (silent > LEAST_SILENT && silent > share * (this.#connected.size + silent)) {
        this.#fire(`over ${100 * share} % silent in 5 min`, at, null)
      }
    }
  }

  #takeCrash(machine: number, at: number): void {
    this.#reports.push({ at, machine, facts: [...this.#facts[machine]!] })
    this.#reports = this.#reports.filter((report) => report.at >= at - HOUR).slice(-MOST_REPORTS)
    const recent = this.#reports.filter((report) => report.at >= at - SHORT_WINDOW).length
    for (const n of CRASHES_IN_SHORT_WINDOW) if (recent >= n) this.#fire(`${n} crashes in 5 min`, at, null)
    if (VERSION_RULES.every((rule) => this.#isQuiet(rule, at))) return
    const all = new Set(this.#reports.map((report) => report.machine)).size
    for (const fact of this.#facts[machine]!) this.#judgeVersion(fact, all, at)
  }

  #judgeVersion(fact: number, crashedInAll: number, at: number): void {
    const having = Math.max(1, this.#machinesWith.get(fact) ?? 1)
    const crashed = new Set(this.#reports.flatMap((r) => (r.facts.includes(fact) ? [r.machine] : []))).size
    const share = crashed / having
    const [fivePercent, onePercent, fiveTimes] = VERSION_RULES
    if (crashed >= 3 && share >= 0.05) this.#fire(fivePercent, at, fact)
    if (crashed >= 10 && share >= 0.01) this.#fire(onePercent, at, fact)
    const restShare = (crashedInAll - crashed + 0.5) / Math.max(1, this.#facts.length - having)
    if (crashed >= 5 && share > 5 * restShare) this.#fire(fiveTimes, at, fact)
  }

  #isQuiet(rule: string, at: number): boolean {
    const before = this.#firedAt.get(rule)
    return before !== undefined && at - before < QUIET_AFTER
  }

  #fire(rule: string, at: number, fact: number | null): void {
    if (this.#isQuiet(rule, at)) return
    this.#firedAt.set(rule, at)
    this.alarms.push({ rule, at, fact })
  }
}

export const THRESHOLD_RULES: readonly string[] = [
  ...CRASHES_IN_SHORT_WINDOW.map((n) => `${n} crashes in 5 min`),
  ...VERSION_RULES,
  ...SILENT_SHARES.map((share) => `over ${100 * share} % silent in 5 min`),
]
