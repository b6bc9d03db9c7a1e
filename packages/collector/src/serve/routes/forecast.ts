import type { Forecast } from '@pumphandle/shared/api'
import { DAY, MINUTE, SECOND } from '@pumphandle/shared/time'
import { componentTerm, ILL, term } from '@pumphandle/shared/words'
import { forecast } from '../../incidents/forecast.ts'
import type { Incident } from '../../incidents/index.ts'
import { notFound } from '../../model/refusal.ts'
import { wallClock } from '../../practices/opening-hours.ts'
import { readQuery } from '../../search/read-query.ts'
import { arrivalTimes } from '../../store/incident-picture.ts'
import { KeptByKey } from '../fleet/kept.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

/** Practices open: by then people want to know. */
const MORNING_MINUTES = 8 * 60
/** A roll-out begins within this time before its first failure. */
const LOOK_BACK_MS = DAY
/** For how long a forecast is everybody's: it reads all machines of the incident. */
const FRESH_MS = 10 * SECOND
/** Incidents whose forecasts are kept. */
const FORECASTS = 20

type Answer = { forecast: Forecast | null }

/** What an update that is on its way will do if nobody holds it. */
export function forecastRoutes(context: ServeContext): Handlers<'incidentForecast'> {
  const kept = new KeptByKey<Answer>(context.clock, FRESH_MS, FORECASTS, 1)
  return {
    async incidentForecast({ path }) {
      const incident = context.incidents.get(idOf(path.id, 'incident'))
      if (!incident) throw notFound('incident', path.id)
      return kept.get(String(incident.record.id), () => foresee(context, incident))
    },
  }
}

async function foresee({ store, clock, fleet, index, settings }: ServeContext, incident: Incident): Promise<Answer> {
  const { cause, id, firstFailureAt } = incident.record
  if (!cause || cause.kind === 'model' || cause.kind === 'product') return { forecast: null }
  const now = clock.now()
  const { minute } = wallClock(now, settings.current.timeZone)
  const until = now + (((MORNING_MINUTES - minute + 24 * 60 - 1) % (24 * 60)) + 1) * MINUTE
  await index.sync()
  // who has another version of it
  const found = await index.search(readQuery(`${term(cause.kind, cause.name)} -${componentTerm(cause)}`))
  const remaining = new Map<number, number>()
  for (const machine of index.columns.idsOf(found)) {
    if (incident.members.has(machine)) continue
    const site = fleet.byId(machine)?.site ?? 0
    remaining.set(site, (remaining.get(site) ?? 0) + 1)
  }
  const practices = new Map<number, { machines: number; ill: number }>()
  for (const { site } of fleet.machines()) {
    const before = practices.get(site)
    if (before) before.machines++
    else {
      const cohorts = incident.tally.bySite.get(site)
      practices.set(site, { machines: 1, ill: ILL.reduce((sum, cohort) => sum + (cohorts?.[cohort] ?? 0), 0) })
    }
  }
  const failures = [...incident.members.values()].filter((m) => m.failures > 0).map((m) => m.firstFailedAt)
  const arrivals = await arrivalTimes(store.reader, id, firstFailureAt - LOOK_BACK_MS)
  return { forecast: { component: cause, ...forecast({ now, until, arrivals, failures, remaining, practices }) } }
}
