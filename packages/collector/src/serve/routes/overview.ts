import type { Arrival, Changed, FleetSeries, Overview } from '@pumphandle/shared/api'
import { byWeight, MOST_SHOWN } from '@pumphandle/shared/incident-weight'
import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import { Refusal } from '../../model/refusal.ts'
import { type Bucket, bootsOverTime, crashesOverTime, darkOverTime } from '../../store/fleet-series.ts'
import { trendDays } from '../../store/trends.ts'
import { arrivals } from '../fleet/arrivals.ts'
import { changed } from '../fleet/changed.ts'
import { Kept, KeptByKey } from '../fleet/kept.ts'
import type { PracticeStates } from '../fleet/practice-states.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** Points of a chart: as many as a wide screen shows. */
const BUCKETS = 288
/** Counting a day's boots of 100,000 machines takes about 50 ms; the chart moves every five minutes. */
const SERIES_MS = 20_000
/** Spans of time that are kept: the page offers four. */
const SPANS = 16
/** Verdicts of new versions change by the minute; a page on every desk asks. */
const ARRIVALS_MS = 5_000
/** The longest span of which it is told what changed. */
const MOST_CHANGED_MS = 31 * DAY

/** What came into the fleet lately. Ask once at the start, and the first page need not wait for it. */
export function keptArrivals(context: ServeContext): Kept<Arrival[]> {
  return new Kept(context.clock, ARRIVALS_MS, () => arrivals(context, context.clock.now()))
}

export interface OverviewSources {
  readonly states: PracticeStates
  readonly heardLastMinute: () => number
  readonly lately: Kept<Arrival[]>
}

export function overviewRoutes(
  context: ServeContext,
  { states, heardLastMinute, lately }: OverviewSources,
): Handlers<'overview' | 'tiles' | 'fleetSeries' | 'trends' | 'changed' | 'health'> {
  const { book, clock, config, fleet, incidents } = context
  const changes = new KeptByKey<Changed>(clock, ARRIVALS_MS, SPANS)
  const series = new KeptByKey<FleetSeries>(clock, SERIES_MS, SPANS)

  return {
    async overview(): Promise<Overview> {
      const now = clock.now()
      return {
        at: now,
        demo: config.demo,
        machines: fleet.size,
        practices: book.size,
        heardLastMinute: heardLastMinute(),
        states: { ...fleet.counts },
        incidents: incidents
          .active()
          .map((incident) => incident.row(now))
          .sort(byWeight)
          .slice(0, MOST_SHOWN)
          .map((incident) => states.weighed(incident)),
        health: context.health(),
        arrivals: await lately.get(),
      }
    },

    async tiles() {
      return states.page()
    },

    fleetSeries: ({ query: { hours } }) => series.get(String(hours), () => readSeries(context, hours)),

    async trends({ query: { days } }) {
      const rows = await trendDays(context.store.reader, clock.now() - (days + 1) * DAY)
      return { items: rows.map(({ crashed_machines, ...row }) => ({ ...row, crashedMachines: crashed_machines })) }
    },

    changed({ query: { from, until } }) {
      if (until <= from || until - from > MOST_CHANGED_MS)
        throw new Refusal(
          'malformed',
          'Bad span',
          'Ask for a span of a month at most, whose end is after its beginning.',
        )
      // many look at the same night; a minute more or less makes no other answer
      const minutes = [from, until].map((at) => Math.floor(at / MINUTE))
      return changes.get(minutes.join(' '), () => changed(context.store.reader, { from, until }))
    },

    health: async () => context.health(),
  }
}

async function readSeries({ store, clock }: ServeContext, hours: number): Promise<FleetSeries> {
  const bucketMs = Math.max(MINUTE, Math.round((hours * HOUR) / BUCKETS / MINUTE) * MINUTE)
  const from = Math.floor((clock.now() - hours * HOUR) / bucketMs) * bucketMs
  const length = Math.ceil((hours * HOUR) / bucketMs) + 1
  const spread = (buckets: readonly Bucket[]): number[] => {
    const counts = Array.from({ length }, () => 0)
    for (const { at, n } of buckets) {
      const i = (at - from) / bucketMs
      // a machine's clock may say that it happened in the future
      if (i >= 0 && i < length) counts[i] = n
    }
    return counts
  }
  const [crashes, dark, boots] = await Promise.all([
    crashesOverTime(store.reader, from, bucketMs),
    darkOverTime(store.reader, from, bucketMs),
    bootsOverTime(store.reader, from, bucketMs),
  ])
  return { bucketSeconds: bucketMs / 1000, from, crashes: spread(crashes), dark: spread(dark), boots: spread(boots) }
}
