import { AS_IT_IS, Commons, FOR_WEEKS } from './commons.ts'
import { Organisation } from './organisation.ts'
import { OUTAGE_SECONDS, outagePlans, type Plan, quietPlans, type Sizes, type When } from './scenarios.ts'

/** Organisations below this are the small ones. */
const SMALL = 500
/** The version that the outage is about, as scenarios name it. */
const BAD = 'content:falconish@c291-0409'
const TICK_MS = 1_000
/** In quiet weeks nothing needs the second. */
const QUIET_TICK_MS = 60_000
const DAY_S = 86_400
/** What an organisation's detector raises while it learns is told, and not judged. */
const LEARNING_DAYS = 7

/** One organisation that has the product, in the outage: seconds since the first failure anywhere; null for never. */
interface Outcome {
  readonly machines: number
  readonly warned: number | null
  readonly raised: number | null
}

/** How an outage went. */
interface Outage {
  readonly outcomes: readonly Outcome[]
  /** Warnings and incidents of anything but what was bad. */
  readonly falseWarnings: readonly string[]
  readonly falseIncidents: readonly string[]
}

export interface OutageResult {
  readonly when: When
  readonly seed: number
  /** Organisations that have the product. */
  readonly affected: number
  readonly small: { readonly organisations: number; readonly without: Times; readonly with: Times }
  readonly large: { readonly organisations: number; readonly without: Times; readonly with: Times }
  readonly falseWarnings: readonly string[]
  readonly falseIncidents: { readonly without: readonly string[]; readonly with: readonly string[] }
}

/** Seconds from the first failure anywhere to the first word on it, and how many never had one. */
interface Times {
  readonly median: number | null
  readonly never: number
}

/** The outage twice, with the same machines: without a commons and with one. */
export function exerciseOutage(seed: number, when: When, sizes?: Sizes): OutageResult {
  const without = outage(outagePlans(seed, when, sizes), false)
  const together = outage(outagePlans(seed, when, sizes), true)
  const of = (from: Outage, isSmall: boolean) => from.outcomes.filter(({ machines }) => machines < SMALL === isSmall)
  const beside = (isSmall: boolean) => ({
    organisations: of(without, isSmall).length,
    without: timesOf(of(without, isSmall)),
    with: timesOf(of(together, isSmall)),
  })
  return {
    when,
    seed,
    affected: without.outcomes.length,
    small: beside(true),
    large: beside(false),
    falseWarnings: together.falseWarnings,
    falseIncidents: { without: without.falseIncidents, with: together.falseIncidents },
  }
}

function outage(plans: readonly Plan[], isJoined: boolean): Outage {
  const organisations = plans.map((plan) => new Organisation(plan, TICK_MS))
  const warned = new Map<Organisation, number>()
  const falseWarnings = new Set<string>()
  new Commons(organisations, isJoined, AS_IT_IS).advance(OUTAGE_SECONDS, (organisation, now) => {
    for (const key of organisation.member.warnings.keys) {
      const name = organisation.nameOf(key)
      if (name !== BAD) falseWarnings.add(`${organisation.machines} machines: ${name}`)
      else if (!warned.has(organisation)) warned.set(organisation, now)
    }
  })
  const isOfIt = (organisation: Organisation, fact: number) =>
    [BAD, 'product:falconish'].includes(organisation.nameOf(organisation.keyOf(fact)))
  const incidents = organisations.map((organisation) =>
    organisation.log.standing().map((one) => ({ ...one, isRight: isOfIt(organisation, one.latest.suspect.fact) })),
  )
  const first = Math.min(...incidents.flat().flatMap((one) => (one.isRight ? one.firstFailureAt : [])))
  const seconds = (at: number | undefined) => (at === undefined ? null : Math.max(0, Math.round((at - first) / 1_000)))
  return {
    outcomes: organisations.flatMap((organisation, i) =>
      organisation.has('content:falconish@')
        ? {
            machines: organisation.machines,
            warned: seconds(warned.get(organisation)),
            raised: seconds(incidents[i]?.find(({ isRight }) => isRight)?.raisedAt),
          }
        : [],
    ),
    falseWarnings: [...falseWarnings],
    falseIncidents: organisations.flatMap((organisation, i) =>
      (incidents[i] ?? [])
        .filter(({ isRight }) => !isRight)
        .map(
          ({ latest }) =>
            `${organisation.machines} machines: ${organisation.nameOf(organisation.keyOf(latest.suspect.fact))}`,
        ),
    ),
  }
}

function timesOf(outcomes: readonly Outcome[]): Times {
  const first = outcomes.map(({ warned, raised }) => Math.min(warned ?? Infinity, raised ?? Infinity))
  const sorted = first.toSorted((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? Infinity
  return {
    median: Number.isFinite(median) ? median : null,
    never: first.filter((at) => !Number.isFinite(at)).length,
  }
}

export interface QuietResult {
  readonly seed: number
  readonly weeks: number
  readonly organisations: number
  readonly machines: number
  /** Versions that were warned of, and how many organisations had that warning. */
  readonly falseWarnings: readonly { readonly version: string; readonly at: string; readonly organisations: number }[]
  /** Raised by members' own detectors, after a week of learning. */
  readonly falseIncidents: number
}

/** Weeks in which no version is bad: every warning is false. */
export function exerciseQuiet(
  seed: number,
  weeks: number,
  sizes: Sizes,
  onProgress: (line: string) => void,
): QuietResult {
  const days = weeks * 7
  const organisations = quietPlans(seed, days, sizes).map((plan) => new Organisation(plan, QUIET_TICK_MS))
  const commons = new Commons(organisations, true, FOR_WEEKS)
  const warnings = new Map<string, { at: number; who: Set<Organisation> }>()
  for (let day = 1; day <= days; day++) {
    commons.advance(day * DAY_S, (organisation, now) => {
      for (const key of organisation.member.warnings.keys) {
        const known = warnings.get(organisation.nameOf(key)) ?? { at: now, who: new Set() }
        known.who.add(organisation)
        warnings.set(organisation.nameOf(key), known)
      }
    })
    if (day % 7 === 0) onProgress(`seed ${seed}: week ${day / 7}, ${warnings.size} versions warned of`)
  }
  const judgedFrom = (organisations[0]?.world.startedAt ?? 0) + LEARNING_DAYS * DAY_S * 1_000
  return {
    seed,
    weeks,
    organisations: organisations.length,
    machines: organisations.reduce((sum, { machines }) => sum + machines, 0),
    falseWarnings: [...warnings].map(([version, { at, who }]) => ({
      version,
      at: new Date(at).toISOString(),
      organisations: who.size,
    })),
    falseIncidents: organisations.reduce(
      (sum, { log }) => sum + log.standing().filter(({ raisedAt }) => raisedAt >= judgedFrom).length,
      0,
    ),
  }
}
