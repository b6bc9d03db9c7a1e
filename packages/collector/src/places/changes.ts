import { Changes } from '../fleet/changes.ts'
import type { FleetReader } from '../fleet/fleet.ts'
import type { Sites } from './sites.ts'

interface Watched {
  readonly sites: Sites
  /** The fleet, and its machines of the places. */
  readonly whole: FleetReader
  readonly fleet: FleetReader
  /** Told of an incident that changed, before the others. Who is told of it asks whether it is seen from here. */
  readonly onIncident: (incident: number) => void
  readonly onError: (error: unknown) => void
}

/**
 * What changes in some places: machines that come into them and go out of them as any other does. `stop` ends it.
 */
export function changesWithin(
  from: Changes,
  { sites, whole, fleet, onIncident, onError }: Watched,
): { readonly changes: Changes; readonly stop: () => void } {
  const changes = new Changes(onError)
  const here = new Set<number>()
  for (const machine of fleet.machines()) here.add(machine.id)
  const stops = [
    // before those who listen here ask which practices there are
    from.on('practices-changed', ({ practices, at }) => {
      const before = sites.ids
      sites.read()
      const mine = practices.filter((id) => sites.has(id) || before.has(id))
      for (const site of mine)
        for (const machine of whole.machinesAt(site)) {
          const isHere = sites.has(site)
          if (isHere === here.has(machine.id)) continue
          if (isHere) {
            here.add(machine.id)
            changes.emit('machine-changed', { machine, from: machine.state, at })
          } else {
            here.delete(machine.id)
            changes.emit('machine-gone', { machine, at })
          }
        }
      if (mine.length > 0) changes.emit('practices-changed', { practices: mine, at })
    }),
    from.on('machine-changed', (change) => {
      const { machine, at } = change
      if (sites.has(machine.site)) {
        here.add(machine.id)
        changes.emit('machine-changed', change)
        changes.emit('fleet-counts', { states: fleet.counts, at })
      } else if (here.delete(machine.id)) changes.emit('machine-gone', { machine, at })
    }),
    from.on('machine-gone', (change) => {
      if (here.delete(change.machine.id)) changes.emit('machine-gone', change)
    }),
    from.on('event-stored', (change) => {
      if (sites.has(change.machine.site)) changes.emit('event-stored', change)
    }),
    from.on('incident-changed', (change) => {
      onIncident(change.incident)
      changes.emit('incident-changed', change)
    }),
  ]
  return {
    changes,
    stop() {
      for (const stop of stops) stop()
    },
  }
}
