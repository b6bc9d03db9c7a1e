import type { ConfounderSpec } from '../scenario/confounder.ts'
import type { World } from './world.ts'

const DAY_S = 86_400
const HOUR_S = 3600
const PATCH_WINDOW_S = 4 * HOUR_S
const PATCH_MEAN_S = 40_000
const SENSOR_MEAN_S = 7200
const SENSOR_STAGES = [0.01, 0.05, 0.25, 1]
const SENSOR_STAGGER_DAYS = 3 // products do not release on the same day
const STORM_REGIONS = 5
const FLAKY_CRASHES = 50
const FLAKY_OVER_S = 36_000

/** The calendar of an ordinary year: patch days, sensor releases, maintenance, storms. Nothing in it is a bad version. */
export class Year {
  readonly #world: World
  readonly #begin: number
  readonly #plans: (() => void)[] = []

  constructor(world: World) {
    this.#world = world
    this.#begin = world.queue.register((i) => this.#plans[i]!())
  }

  schedule(): void {
    const { startedAt, seconds } = this.#world
    for (let from = 0; from < seconds; from += DAY_S) this.#planDay(from, new Date(startedAt + from * 1000))
  }

  #planDay(from: number, date: Date): void {
    const { random, spec, fleet } = this.#world
    const day = date.getUTCDate()
    const month = date.getUTCMonth() + 12 * (date.getUTCFullYear() - 2024)
    const anyTime = () => from + random.uniform(0, DAY_S)
    const region = () => random.below(fleet.sitesOfRegion.length)
    const secondTuesday = date.getUTCDay() === 2 && day >= 8 && day <= 14
    if (secondTuesday) {
      const version = `19045.${5000 + month * 10}`
      const patch = { type: 'patch_reboot', version, window_s: PATCH_WINDOW_S, mean_s: PATCH_MEAN_S, share: 1 } as const
      this.#plan(from + 18 * HOUR_S, () => this.#apply({ ...patch, at_s: 0 }))
    }
    if (day === 3) {
      spec.stacks.forEach(({ product }, i) => {
        const stages = SENSOR_STAGES.map((share, stage) => ({ at_s: stage * DAY_S, share }))
        const version = `m${month + 1}`
        const at = from + 9 * HOUR_S + i * SENSOR_STAGGER_DAYS * DAY_S
        this.#world.rollouts.plan({ slot: 'sensor', product, version, stages, arrival: { mean_s: SENSOR_MEAN_S } }, at)
      })
    }
    if (day === 20) this.#plan(from + 11.3 * HOUR_S, () => this.#apply({ type: 'collector_restart', at_s: 0 }))
    if (day % 10 === 5) {
      this.#plan(anyTime(), () => {
        this.#world.outages.region(region(), random.uniform(0.2, 1), 0, random.uniform(300, 7200))
      })
    }
    if (day === 17 && date.getUTCMonth() % 4 === 1) {
      this.#plan(anyTime(), () => {
        for (let i = 0; i < STORM_REGIONS; i++) this.#world.outages.storm(region(), 0.2, 2 * HOUR_S, 4 * HOUR_S)
      })
    }
    if (day === 25) {
      const flaky = { type: 'flaky_machine', at_s: 0, crashes: FLAKY_CRASHES, over_s: FLAKY_OVER_S } as const
      this.#plan(from + 10 * HOUR_S, () => this.#apply(flaky))
    }
    if (day === 12) {
      const sleep = { type: 'silent_sleep', at_s: 0, share: 0.3, spread_s: 1800, duration_s: HOUR_S } as const
      this.#plan(from + 12 * HOUR_S, () => this.#apply({ ...sleep, region: region() }))
    }
    if (day === 22) {
      const logoff = { type: 'mass_logoff', at_s: 0, share: 0.5, spread_s: 1800 } as const
      this.#plan(from + 15 * HOUR_S, () => this.#apply(logoff))
    }
  }

  #plan(at: number, run: () => void): void {
    this.#world.at(at, this.#begin, this.#plans.push(run) - 1)
  }

  #apply(confounder: ConfounderSpec): void {
    this.#world.confounders.apply(confounder)
  }
}
