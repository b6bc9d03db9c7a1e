import type { Random } from '@pumphandle/shared/random'
import type { Fleet } from '../world/fleet.ts'

interface Day {
  readonly duration_s: number
  /** When the bad version begins. */
  readonly at: number
  readonly fleet: Fleet
  /** Families that nothing else may change. */
  readonly avoid: readonly string[]
}

const MOST = 4
/** Good versions of these come meanwhile; of content each product's come by themselves. */
const INNOCENT = [
  { slot: 'sensor', product: 'defendish' },
  { slot: 'sensor', product: 'sophish' },
  { slot: 'content', product: 'trendish' },
  { slot: 'content', product: 'defendish' },
] as const

/** What else happens on the day, none of it a bad version: up to four of these. */
export function drawDistractions(random: Random, day: Day): Record<string, unknown>[] {
  return Array.from({ length: random.below(MOST + 1) }, (_, i) => random.weighted(DISTRACTIONS)(random, day, i))
}

/** Mostly about the time at which the bad version comes. */
function sometime(random: Random, { duration_s, at }: Day): number {
  const seconds = random.chance(0.6) ? at + random.uniform(-1_800, 3_600) : random.uniform(0, duration_s)
  return Math.round(Math.max(0, Math.min(duration_s - 1, seconds)))
}

type Draw = (random: Random, day: Day, i: number) => Record<string, unknown>

const DISTRACTIONS: readonly (readonly [Draw, number])[] = [
  [
    (random, day, i) => {
      const mild = INNOCENT.filter(({ product }) => !day.avoid.includes(product))
      const { slot, product } = mild[random.below(mild.length)]!
      return {
        type: 'benign_rollout',
        at_s: sometime(random, day),
        slot,
        product,
        version: `good-${i}`,
        arrival: { mean_s: random.uniform(300, 3_600) },
      }
    },
    25,
  ],
  [
    (random, day) => ({
      type: 'power_cut',
      at_s: sometime(random, day),
      site: random.below(day.fleet.sites.length),
      duration_s: random.uniform(300, 5_400),
    }),
    15,
  ],
  [
    (random, day) => ({
      type: 'wan_outage',
      at_s: sometime(random, day),
      site: random.below(day.fleet.sites.length),
      duration_s: random.uniform(300, 5_400),
    }),
    15,
  ],
  [
    (random) => ({
      type: 'heat',
      at_s: 0,
      days: 3,
      from_h: 10,
      to_h: 19,
      factor: random.uniform(2, 8),
    }),
    6,
  ],
  [
    (random, day) => ({
      type: 'program_wave',
      at_s: sometime(random, day),
      share: random.uniform(0.05, 0.5),
      spread_s: random.uniform(300, 3_600),
    }),
    8,
  ],
  [
    (random, day) => ({
      type: 'flaky_machine',
      at_s: sometime(random, day),
      crashes: 5 + random.below(20),
      over_s: 3_600,
    }),
    8,
  ],
  [
    (random, day) => ({
      type: 'remedy',
      at_s: 0,
      slot: 'sensor',
      product: 'remedyish',
      version: 'cleaner-1',
      mean_s: random.uniform(600, 3_600),
      duration_s: day.duration_s,
    }),
    6,
  ],
  [(random, day) => ({ type: 'clone', at_s: sometime(random, day), machines: 1 + random.below(2) }), 5],
  [(random, day) => ({ type: 'collector_restart', at_s: sometime(random, day) }), 6],
  [(random, day) => ({ type: 'duplicates', at_s: sometime(random, day), copies: 3 }), 4],
]
