import type { IncidentRow } from '@pumphandle/shared/api'
import { hitOf } from '@pumphandle/shared/words'
import type { Incident } from '../incidents/index.ts'
import { type ChannelScope, isWholeFleet } from '../model/channel-options.ts'
import { FleetWithin } from '../places/fleet.ts'
import { FleetFound, FoundMachines } from '../places/found.ts'
import { IncidentsWithin } from '../places/incidents.ts'
import { Sites } from '../places/sites.ts'
import { PracticeStates } from '../serve/fleet/practice-states.ts'
import type { Context } from './context.ts'

type Needs = Pick<Context, 'book' | 'clock' | 'desk' | 'detection' | 'fleet' | 'incidents' | 'log' | 'settings'>

/** An incident as a channel may know it: of the whole fleet, of its places, of the machines that its query finds. */
export function incidentsToTell(
  context: Needs,
  machinesOf: (q: string) => Promise<Iterable<number>>,
): (id: number, of: ChannelScope) => Promise<IncidentRow | undefined> {
  const { book, clock, desk, fleet, incidents, log } = context
  const found = new FoundMachines(clock, log, machinesOf)
  // whether a practice can work is said of all its machines, whichever of them a channel is told of
  const states = new PracticeStates({ ...context, clinicalSystem: context.detection.verdicts.clinicalSystem })
  const told = (incident: Incident): IncidentRow => {
    const hit = [...incident.tally.bySite].filter(([, cohorts]) => hitOf(cohorts) > 0).map(([site]) => site)
    return { ...incident.row(clock.now()), stopped: states.stoppedAmong(hit) }
  }
  return async (id, of) => {
    const whole = incidents.get(id)
    if (isWholeFleet(of)) return whole ? told(whole) : (await desk.detail(id))?.incident
    const { places, q } = of
    const within = places ? new FleetWithin(fleet, new Sites(places, () => book.all())) : fleet
    const seen = q === '' ? within : new FleetFound(within, await found.of(q))
    const part = new IncidentsWithin(incidents, seen, clock).get(id)
    return part && told(part)
  }
}
