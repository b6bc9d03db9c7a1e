import type { Clock } from '@pumphandle/shared'
import { parseScenario } from '../scenario/read.ts'
import { IncidentLog } from '../score/incident-log.ts'
import { THRESHOLD_RULES, ThresholdRules } from '../score/thresholds.ts'
import type { ComponentNames } from '../sinks/keys.ts'
import { ObservationSink } from '../sinks/observations.ts'
import { World } from '../world/world.ts'
import { DetectorObserver } from './detector-observer.ts'

const DAY_S = 86_400
const DAYS = 365
/** Baselines are learned from the fleet: what is raised in its first two weeks is told, but not judged. */
const WARM_UP_DAYS = 14
/** In a year nothing needs the second; a tick a minute keeps a year under five minutes. */
const TICK_MS = 60_000
const START = '2024-01-01T00:00:00Z'

export interface QuietYearOptions {
  readonly years: number
  readonly machines: number
  /** Of the first year; the following years have the following seeds. */
  readonly seed: number
  /** Days of each year; fewer for a quick look. */
  readonly days?: number
  readonly wallClock: Clock
  readonly onProgress?: (line: string) => void
}

interface FalseIncident {
  readonly seed: number
  readonly at: string
  readonly cause: string
  readonly failureClass: string
  readonly observed: number
  readonly expected: number
  readonly practices: number
  readonly duringWarmUp: boolean
}

export interface QuietYears {
  readonly quietYears: number
  readonly machines: number
  /** After the warm-up of each year. */
  readonly falseIncidents: number
  readonly falsePerFleetYear: number
  readonly incidents: readonly FalseIncident[]
  /** False alarms of each rule per fleet-year, over the same days. */
  readonly thresholdRulesPerFleetYear: Readonly<Record<string, number>>
  readonly wallSeconds: number
}

/** Fleet-years in which no version is bad, with every confounder of the calendar: all that is raised is false. */
export function runQuietYears(options: QuietYearOptions): QuietYears {
  const beganAt = options.wallClock.now()
  const days = options.days ?? DAYS
  const incidents: FalseIncident[] = []
  const alarms = new Map(THRESHOLD_RULES.map((rule) => [rule, 0]))
  for (let year = 0; year < options.years; year++) {
    const seed = options.seed + year
    const found = runYear({ ...options, seed, days })
    incidents.push(...found.incidents)
    for (const { rule } of found.alarms) alarms.set(rule, (alarms.get(rule) ?? 0) + 1)
  }
  const judged = incidents.filter((incident) => !incident.duringWarmUp)
  const fleetYears = (options.years * (days - Math.min(days - 1, WARM_UP_DAYS))) / DAYS
  const rounded = (n: number) => Math.round(n * 100) / 100
  return {
    quietYears: options.years,
    machines: options.machines,
    falseIncidents: judged.length,
    falsePerFleetYear: rounded(judged.length / fleetYears),
    incidents,
    thresholdRulesPerFleetYear: Object.fromEntries([...alarms].map(([rule, n]) => [rule, rounded(n / fleetYears)])),
    wallSeconds: Math.round((options.wallClock.now() - beganAt) / 100) / 10,
  }
}

function runYear(options: QuietYearOptions & { days: number }) {
  const { scenario } = parseScenario({
    format: 'fhm-scenario/1',
    id: `quiet-year-${options.seed}`,
    title: 'A year in which no version is bad',
    seed: options.seed,
    clock: { start: START, duration_s: options.days * DAY_S },
    fleet: { machines: options.machines },
    background: { realistic_year: true },
    confounders: [{ type: 'duplicates' }],
  })
  const log = new IncidentLog()
  const rules = new ThresholdRules()
  let names: ComponentNames | undefined
  let keyOf: (fact: number) => string = String
  const world = new World({
    scenario,
    sink: (world) =>
      new ObservationSink(world, {
        tickMs: TICK_MS,
        observers: (facts, words) => {
          names = words
          keyOf = (fact) => facts.get(fact).key
          return [new DetectorObserver(facts, log), rules]
        },
      }),
  })
  const judgedFrom = world.startedAt + Math.min(options.days - 1, WARM_UP_DAYS) * DAY_S * 1000
  world.start()
  for (let day = 1; day <= options.days; day++) {
    world.advance(day * DAY_S)
    if (day % 30 === 0 || day === options.days) {
      options.onProgress?.(`seed ${options.seed}: day ${day}, ${log.standing().length} incidents raised`)
    }
  }
  world.sink.end()
  return {
    incidents: log.standing().map(
      ({ raisedAt, whenRaised, latest }): FalseIncident => ({
        seed: options.seed,
        at: new Date(raisedAt).toISOString(),
        cause: names!.scenarioKey(keyOf(latest.suspect.fact)),
        failureClass: whenRaised.strength.failureClass,
        observed: whenRaised.strength.observed,
        expected: whenRaised.strength.expected,
        practices: whenRaised.practices,
        duringWarmUp: raisedAt < judgedFrom,
      }),
    ),
    alarms: rules.alarms.filter((alarm) => alarm.at >= judgedFrom),
  }
}
