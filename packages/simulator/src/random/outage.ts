import { Random } from '@pumphandle/shared/random'
import { parseScenario } from '../scenario/read.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { drawFleet } from '../world/fleet.ts'
import { worldRandom } from '../world/world.ts'
import { drawDistractions } from './distractions.ts'
import { KINDS, type Kind } from './kinds.ts'

/** Machines of an organisation, drawn evenly by the logarithm. */
const MACHINES = [40, 20_000] as const
const MACHINES_OF_A_REGION = 700
/** Machines that fail for days are watched for days, which takes long. */
const MACHINES_FOR_DAYS = 3_000
/** Share of the exposed machines that fail. */
const SHARES = [1, 1, 0.3, 0.3, 0.1, 0.03]
/** Average time until a machine has the new version, seconds. */
const ARRIVAL_MEANS_S = [300, 1200, 1200, 3600, 10_800]
/** Where nothing is bad, everything that is raised is false. */
const NOTHING_BAD = 0.1
const NIGHT = 0.1
/** Of those that are to fail at least so many times as many as it should be named by. */
const MOST_OF_ALL = 1.5
const SAMPLES = 4_000
const TRIES = 200
/** Allowance beyond the moment at which enough have failed, seconds: failures are told later than they happen. */
const ALLOWANCE_S = 600
/** Withdrawn when it should be named, and watched on until all that failed is known: who does not come back, for an hour. */
const AFTERWARDS_S = 5_400
const DAY_S = 86_400

/**
 * An outage drawn at random, the same for the same seed: size, hour, kind, pace and share of the bad version, and what else
 * happens meanwhile, as docs/scenarios.md states it. It is to be named by the time at which so many machines of its kind are
 * expected to have failed, and ten minutes.
 */
export function drawOutage(seed: number): Scenario {
  const random = new Random(seed)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const scenario = attempted(random, seed)
    if (scenario) return scenario
  }
  throw new Error(`No outage could be drawn with seed ${seed}; take another seed.`)
}

function attempted(random: Random, seed: number): Scenario | undefined {
  const isQuiet = random.chance(NOTHING_BAD)
  const kind = random.weighted(KINDS.map((one) => [one, one.weight] as const))
  const [least, most] = MACHINES
  const largest = kind.isSlow ? MACHINES_FOR_DAYS : most
  const machines = Math.round(Math.exp(random.uniform(Math.log(least), Math.log(largest))))
  const regions = Math.max(1, Math.min(42, Math.round(machines / MACHINES_OF_A_REGION)))
  const meanArrival = pick(random, ARRIVAL_MEANS_S)
  const isNight = !kind.isSlow && meanArrival < 3600 && random.chance(NIGHT)
  const hour = isNight ? random.uniform(0, 4) : random.uniform(8.5, meanArrival < 3600 ? 14 : 10)
  const start = startOf(random, hour)
  const at = Math.round(random.uniform(3600, 7200))
  const base = {
    format: 'fhm-scenario/1',
    id: `random-${seed}`,
    title: isQuiet ? 'NEGATIVE: drawn at random, nothing is bad' : `Drawn at random: ${kind.name}`,
    seed,
    clock: { start, duration_s: DAY_S },
    fleet: { machines, regions, region_affinity: 0.6, same_model: random.chance(0.5) ? 0.95 : 0.6 },
    background: {
      crash_per_device_week: 0.005 * Math.exp(0.7 * random.normal()),
      loss_per_hour: 0.02 * Math.exp(0.5 * random.normal()),
      site_crash_sigma: random.uniform(0, 0.6),
      program_crash_per_device_week: random.uniform(0, 0.2),
      service_death_per_device_week: random.uniform(0, 0.01),
    },
  }
  const { scenario: quiet } = parseScenario(base)
  const fleet = drawFleet(quiet.fleet, quiet.background, worldRandom(quiet))
  const target = kind.target(random, fleet, quiet.fleet)
  const failing = pick(random, SHARES)
  const on = isNight ? quiet.fleet.always_on : 1
  const expected = target.machines * on * failing
  if (!isQuiet && expected < kind.failures * MOST_OF_ALL) return undefined
  const within = Math.ceil(withinSeconds(random, kind, meanArrival, kind.failures / expected) + ALLOWANCE_S)
  const duration_s = Math.min(14 * DAY_S, Math.ceil(at + (isQuiet ? 4 * 3600 : within) + AFTERWARDS_S))
  const bad = kind.bad(target, {
    at,
    until: at + within,
    meanArrival,
    failing,
    correlation: random.chance(0.3) ? 0.5 : 0,
  })
  const { scenario } = parseScenario({
    ...base,
    clock: { start, duration_s },
    rollouts: [bad.rollout],
    defects: isQuiet ? [] : [bad.defect],
    confounders: drawDistractions(random, { duration_s, at, fleet, avoid: target.families }),
    truth: {
      incidents: isQuiet ? [] : [{ cause: bad.cause, also_ok: bad.alsoOk, pair: bad.pair, detect_within_s: within }],
      max_false: 0,
    },
  })
  return scenario
}

/** Seconds from the first failure until the given share of all that fail has failed, as far as can be expected. */
function withinSeconds(random: Random, kind: Kind, meanArrival: number, share: number): number {
  const times = Array.from({ length: SAMPLES }, () => kind.failsAfter(random, meanArrival)).toSorted((a, b) => a - b)
  const last = times[Math.min(SAMPLES - 1, Math.ceil(share * SAMPLES))] ?? 0
  return (last - (times[0] ?? 0)) * kind.patience + kind.toldAfterS
}

/** A weekday of 2024, at an hour of the day. */
function startOf(random: Random, hour: number): string {
  for (;;) {
    const day = new Date(Date.UTC(2024, 0, 8 + random.below(350)))
    if (day.getUTCDay() === 0 || day.getUTCDay() === 6) continue
    return new Date(day.getTime() + Math.round(hour * 3600) * 1000).toISOString()
  }
}

function pick<T>(random: Random, all: readonly T[]): T {
  return all[random.below(all.length)]!
}
