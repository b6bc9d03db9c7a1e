import type { IncidentRow } from '@pumphandle/shared/api'
import { type ChannelScope, isWholeFleet } from '../model/channel-options.ts'
import { FleetWithin } from '../places/fleet.ts'
import { FleetFound, FoundMachines } from '../places/found.ts'
import { IncidentsWithin } from '../places/incidents.ts'
import { Sites } from '../places/sites.ts'
import type { Context } from './context.ts'

type Needs = Pick<Context, 'book' | 'clock' | 'desk' | 'fleet' | 'incidents' | 'log'>

/** An incident as a channel may know it: of the whole fleet, of its places, of the machines that its query finds. */
export function incidentsToTell(
  { book, clock, desk, fleet, incidents, log }: Needs,
  machinesOf: (q: string) => Promise<Iterable<number>>,
): (id: number, of: ChannelScope) => Promise<IncidentRow | undefined> {
  const found = new FoundMachines(clock, log, machinesOf)
  return async (id, of) => {
    if (isWholeFleet(of)) return incidents.get(id)?.row(clock.now()) ?? (await desk.detail(id))?.incident
    const { places, q } = of
    const within = places ? new FleetWithin(fleet, new Sites(places, () => book.all())) : fleet
    const seen = q === '' ? within : new FleetFound(within, await found.of(q))
    return new IncidentsWithin(incidents, seen, clock).get(id)?.row(clock.now())
  }
}
