import { Random } from '@pumphandle/shared/random'
import { parseScenario } from '../scenario/read.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Forty organisations of 20 to 20,000 machines, each so many times as large as the one before. */
export interface Sizes {
  readonly organisations: number
  readonly least: number
  readonly most: number
}
export const FORTY: Sizes = { organisations: 40, least: 20, most: 20_000 }
/** Who has the product: half have it on nearly all their machines, as a bought product is; the others on some. */
const SHARES = { main: 0.9, some: 0.25 } as const
const DAY_S = 86_400
/** Practices of one organisation are in so many regions: one for each 1,000 machines. */
const MACHINES_PER_REGION = 1_000

/** The facts of 19 July 2024, released at 04:09 and withdrawn at 05:27 UTC, in seconds of a run that begins at 03:49. */
const OUTAGE = { releaseAt: 1_200, withdrawnAt: 5_880, until: 6_600 } as const
/** The same by day, on machines that are in use. */
const BY_DAY_HOURS = 6

export interface Plan {
  readonly name: string
  readonly machines: number
  readonly scenario: Scenario
}

export type When = 'night' | 'day'

/** Seconds that a run of the outage takes. */
export const OUTAGE_SECONDS = OUTAGE.until

/** The outage of 19 July 2024: at its hour, 04:09 UTC, or six hours later. */
export function outagePlans(seed: number, when: When, sizes = FORTY): Plan[] {
  const hours = when === 'night' ? 0 : BY_DAY_HOURS
  return plans(seed, sizes, {
    clock: { start: new Date(Date.UTC(2024, 6, 19, 3 + hours, 49)).toISOString(), duration_s: OUTAGE.until },
    rollouts: [
      {
        id: 'bad',
        product: 'falconish',
        slot: 'content',
        version: 'c291-0409',
        arrival: { mean_s: 240 },
        at_s: OUTAGE.releaseAt,
        revert_at_s: OUTAGE.withdrawnAt,
        revert_version: 'c291-0527',
      },
    ],
    defects: [
      {
        when: { content: 'falconish@c291-0409' },
        trigger: 'arrival',
        delay: { min_s: 3, max_s: 45 },
        symptom: 'crash',
        bugcheck: '0x50',
        driver: 'fsagent.sys',
        repeat: 'every_boot',
        boot_delay_s: [10, 50],
        report_prob: 0.3,
        recover_prob_per_boot: 0.07,
        stuck_after: 3,
        stuck_prob: 0.3,
      },
    ],
  })
}

/** Days in which no version is bad, with what the calendar brings: patch day, releases, storms, power cuts. */
export function quietPlans(seed: number, days: number, sizes = FORTY): Plan[] {
  return plans(seed, sizes, {
    clock: { start: '2024-07-01T00:00:00Z', duration_s: days * DAY_S },
    background: { realistic_year: true },
    confounders: [{ type: 'duplicates' }],
  })
}

function plans(seed: number, { organisations, least, most }: Sizes, rest: object): Plan[] {
  const random = new Random(seed)
  return Array.from({ length: organisations }, (_, i) => {
    const machines = Math.round(least * (most / least) ** (i / (organisations - 1)))
    const share = random.next() < 0.5 ? SHARES.main : SHARES.some
    const stack = (product: string, version: string, content: string, driver: string, of: number) => ({
      product,
      share: of,
      sensor: { [version]: 1 },
      content,
      driver,
    })
    const { scenario } = parseScenario({
      format: 'fhm-scenario/1',
      id: `organisation-${i + 1}`,
      title: 'One of forty organisations',
      seed: seed * organisations + i,
      fleet: {
        machines,
        regions: Math.max(1, Math.round(machines / MACHINES_PER_REGION)),
        region_affinity: 0,
        stacks: [
          stack('falconish', '7.16', 'c291-0301', 'fsagent.sys', share),
          stack('defendish', '4.18.24060', '1.415.100', 'dfnd.sys', 1 - share),
        ],
      },
      ...rest,
    })
    return { name: `organisation ${i + 1}`, machines, scenario }
  })
}
