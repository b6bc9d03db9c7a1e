import type { Random } from '@pumphandle/shared/random'
import type { FleetSpec } from '../scenario/fleet.ts'
import type { Slot } from '../scenario/parts.ts'
import { driverOfFamily, SLOT, SLOT_COUNT } from '../world/components.ts'
import type { Fleet } from '../world/fleet.ts'

/** What becomes bad: a family, who has it, and what its crash blames. */
interface Target {
  readonly slot: Slot
  readonly family: string
  readonly machines: number
  readonly driver: string | null
  /** Only together with this, `slot:family@version`. */
  readonly partner?: string
  /** Whom the roll-out is meant for, where that is not everybody of the family. */
  readonly scope?: { readonly slot: Slot; readonly is: string }
  /** Families whose versions nothing else may change meanwhile. */
  readonly families: readonly string[]
}

interface Pace {
  readonly at: number
  /** When it is withdrawn. */
  readonly until: number
  /** Average time until a machine has it, seconds. */
  readonly meanArrival: number
  /** Share of the exposed that fail. */
  readonly failing: number
  readonly correlation: number
}

/** A scenario's roll-out and defect as its format has them, before defaults. */
interface Bad {
  readonly rollout: Record<string, unknown>
  readonly defect: Record<string, unknown>
  readonly cause: string
  readonly alsoOk: readonly string[]
  readonly pair: readonly string[]
}

/** One kind of outage. */
export interface Kind {
  readonly name: string
  /** How often it is drawn. */
  readonly weight: number
  /** It is to be named once so many machines are expected to have failed. */
  readonly failures: number
  /** Days, not hours. */
  readonly isSlow?: boolean
  /** How many times as long as expected it may take: nights, and machines that are off. */
  readonly patience: number
  /** How long after a failure it is known, seconds. */
  readonly toldAfterS: number
  readonly target: (random: Random, fleet: Fleet, spec: FleetSpec) => Target
  /** Draws the seconds from the roll-out's start until one machine fails. */
  readonly failsAfter: (random: Random, meanArrival: number) => number
  readonly bad: (target: Target, pace: Pace) => Bad
}

const VERSION = 'bad-1'
const FAST = { min_s: 3, max_s: 45 }
const HOURS_S = 7_200
const DAYS_S = 129_600
const RESTART_WINDOW_S = 3_600

interface Shape {
  readonly defect: Record<string, unknown>
  readonly rollout?: Record<string, unknown>
}

function bad(target: Target, { at, until, meanArrival, failing, correlation }: Pace, shape: Shape): Bad {
  const { slot, family, partner, scope } = target
  const owner = slot === 'sensor' || slot === 'content' ? { product: family } : { fam: family }
  const [partnerSlot = '', partnerIs = ''] = partner?.split(':') ?? []
  const blames = target.driver === null ? {} : { driver: target.driver }
  return {
    rollout: {
      at_s: at,
      slot,
      ...owner,
      version: VERSION,
      arrival: { mean_s: meanArrival },
      revert_at_s: until,
      revert_version: 'good-again',
      ...(scope ? { scope } : {}),
      ...shape.rollout,
    },
    defect: {
      when: { [slot]: `${family}@${VERSION}`, ...(partner === undefined ? {} : { [partnerSlot]: partnerIs }) },
      fraction: failing,
      practice_correlation: correlation,
      trigger: 'arrival',
      delay: FAST,
      ...blames,
      ...shape.defect,
    },
    cause: `${slot}:${family}@${VERSION}`,
    alsoOk: [],
    pair: partner === undefined ? [] : [partner],
  }
}

const arrives = (random: Random, mean: number) => random.exponential(mean)

export const KINDS: readonly Kind[] = [
  {
    name: 'content crashes its own driver',
    weight: 25,
    failures: 8,
    patience: 1,
    toldAfterS: 180,
    target: product('content'),
    failsAfter: (random, mean) => arrives(random, mean) + 24,
    bad: (target, pace) =>
      bad(target, pace, { defect: { symptom: 'crash', bugcheck: '0x50', repeat: 'every_boot', report_prob: 0.7 } }),
  },
  {
    name: 'a sensor in rings crashes its own driver',
    weight: 15,
    failures: 8,
    patience: 1.3,
    toldAfterS: 180,
    target: product('sensor'),
    failsAfter: (random, mean) => arrives(random, mean) + (random.chance(0.1) ? 0 : HOURS_S) + random.exponential(600),
    bad: (target, pace) =>
      bad(target, pace, {
        rollout: {
          stages: [
            { at_s: 0, share: 0.1 },
            { at_s: HOURS_S, share: 1 },
          ],
        },
        defect: { symptom: 'crash', bugcheck: '0xd1', repeat: 'never', delay: { min_s: 5, mean_s: 600 } },
      }),
  },
  {
    name: 'a sensor leaks and crashes after days',
    weight: 10,
    failures: 10,
    isSlow: true,
    patience: 3,
    toldAfterS: 180,
    target: product('sensor'),
    failsAfter: (random, mean) => arrives(random, mean) + random.exponential(DAYS_S),
    bad: (target, pace) =>
      bad(target, pace, {
        defect: {
          symptom: 'crash',
          bugcheck: '0xcb',
          repeat: 'never',
          persist_token: true,
          delay: { min_s: 60, mean_s: DAYS_S },
        },
      }),
  },
  {
    name: 'content freezes machines',
    weight: 10,
    failures: 15,
    patience: 1,
    toldAfterS: 120,
    target: product('content'),
    failsAfter: (random, mean) => arrives(random, mean) + 24,
    bad: (target, pace) => bad(target, pace, { defect: { symptom: 'hang', driver: undefined } }),
  },
  {
    name: 'a patch after which machines do not start',
    weight: 8,
    failures: 20,
    patience: 1.3,
    // an hour proves what ten minutes cannot
    toldAfterS: 4_800,
    target: (_, fleet) => everybody(fleet),
    failsAfter: (random, mean) => arrives(random, mean) + random.uniform(30, RESTART_WINDOW_S),
    bad: (target, pace) =>
      bad(target, pace, {
        rollout: { activate: 'restart', restart_window_s: RESTART_WINDOW_S },
        defect: { trigger: 'boot', symptom: 'noboot' },
      }),
  },
  {
    name: 'a patch after which machines crash at each start',
    weight: 8,
    failures: 12,
    patience: 1.3,
    toldAfterS: 600,
    target: (_, fleet) => everybody(fleet),
    failsAfter: (random, mean) => arrives(random, mean) + random.uniform(30, RESTART_WINDOW_S) + 200,
    bad: (target, pace) =>
      bad(target, pace, {
        rollout: { activate: 'restart', restart_window_s: RESTART_WINDOW_S },
        defect: { trigger: 'boot', symptom: 'crash', bugcheck: '0x7e', driver: 'ntoskrnl.exe', report_prob: 0.7 },
      }),
  },
  {
    name: "content stops the sensor's service",
    weight: 8,
    failures: 10,
    patience: 1,
    toldAfterS: 120,
    target: product('content'),
    failsAfter: (random, mean) => arrives(random, mean) + 30,
    bad: (target, pace) => bad(target, pace, { defect: { symptom: 'service_down' } }),
  },
  {
    name: 'content cuts machines off',
    weight: 8,
    failures: 15,
    patience: 1,
    toldAfterS: 180,
    target: product('content'),
    failsAfter: (random, mean) => arrives(random, mean) + 24,
    bad: (target, pace) => bad(target, pace, { defect: { symptom: 'netloss', recover_mean_s: 10_800 } }),
  },
  {
    name: 'a graphics driver crashes',
    weight: 6,
    failures: 8,
    patience: 1.2,
    toldAfterS: 240,
    target: attribute('gpu'),
    failsAfter: (random, mean) => arrives(random, mean) + random.exponential(1_200),
    bad: (target, pace) =>
      bad(target, pace, {
        defect: { symptom: 'crash', bugcheck: '0x116', repeat: 'never', delay: { min_s: 5, mean_s: 1_200 } },
      }),
  },
  {
    name: 'a clinical program crashes',
    weight: 5,
    failures: 12,
    patience: 1.2,
    toldAfterS: 120,
    target: attribute('app'),
    failsAfter: (random, mean) => arrives(random, mean) + random.exponential(600),
    bad: (target, pace) =>
      bad(target, pace, { defect: { symptom: 'program_crash', delay: { min_s: 5, mean_s: 600 } } }),
  },
  {
    name: 'content crashes a disk encryption',
    weight: 5,
    failures: 10,
    patience: 1.2,
    toldAfterS: 240,
    target: (random, fleet, spec) => {
      const own = product('content')(random, fleet, spec)
      const partner = 'enc:encfs@3.2'
      return { ...own, ...together(fleet, own, partner), driver: 'encfs.sys', families: [own.family, 'encfs'] }
    },
    failsAfter: (random, mean) => arrives(random, mean) + 24,
    bad: (target, pace) =>
      bad(target, pace, { defect: { symptom: 'crash', bugcheck: '0x50', repeat: 'every_boot', report_prob: 0.7 } }),
  },
]

/** Sensor or content of a security product; the more machines have it, the likelier. */
function product(slot: 'sensor' | 'content') {
  return (random: Random, fleet: Fleet, spec: FleetSpec): Target => {
    const held = spec.stacks.map((_, i) => [i, fleet.stackOf.reduce((n, one) => n + (one === i ? 1 : 0), 0)] as const)
    const stack = random.weighted(held)
    const { product: family, driver } = spec.stacks[stack]!
    return { slot, family, machines: held[stack]![1], driver: driver ?? null, families: [family] }
  }
}

function everybody(fleet: Fleet): Target {
  return { slot: 'os', family: 'windows', machines: fleet.machines, driver: null, families: ['windows'] }
}

/** A driver or a program: its newer version comes to those that have one certain version now. */
function attribute(slot: 'gpu' | 'app') {
  return (random: Random, fleet: Fleet): Target => {
    const held = holdersOf(fleet, SLOT[slot])
    const component = random.weighted([...held])
    const family = fleet.components.families[component]!
    const is = `${family}@${fleet.components.versions[component]!}`
    const driver = driverOfFamily(family)
    return { slot, family, machines: held.get(component)!, driver, scope: { slot, is }, families: [family] }
  }
}

/** Machines that have the product and its partner. */
function together(fleet: Fleet, own: Target, partner: string): { machines: number; partner: string } {
  const component = fleet.components.keys.indexOf(partner)
  let machines = 0
  for (let machine = 0; machine < fleet.machines; machine++) {
    const row = machine * SLOT_COUNT
    const hasProduct = fleet.components.families[fleet.initial[row + SLOT.product]!] === own.family
    if (hasProduct && component >= 0 && fleet.initial[row + SLOT.enc] === component) machines++
  }
  return { machines, partner }
}

/** How many machines of a fleet have each component of a slot, by its number. */
function holdersOf(fleet: Fleet, slot: number): Map<number, number> {
  const held = new Map<number, number>()
  for (let machine = 0; machine < fleet.machines; machine++) {
    const component = fleet.initial[machine * SLOT_COUNT + slot]!
    if (component >= 0) held.set(component, (held.get(component) ?? 0) + 1)
  }
  return held
}
