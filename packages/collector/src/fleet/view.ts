import type { FleetView, Presence } from '../model/fleet-view.ts'
import type { PracticeReader } from '../practices/book.ts'
import type { FleetReader } from './fleet.ts'

/** A machine that is not there any more. */
const GONE: Presence = { connected: false, lastHeard: 0, bootHeardAt: 0, saidGoodbye: false }

/** The fleet as incidents see it. A machine's number is its row in the store, and a site's that of its practice. */
export function fleetView(fleet: FleetReader, book: PracticeReader): FleetView {
  function establishedAt(site: number): number {
    if (fleet.connectedAt(site) === 0) return 0
    let connected = 0
    for (const m of fleet.machinesAt(site)) if (m.connected && m.isEstablished) connected++
    return connected
  }

  return {
    presence(machine) {
      const m = fleet.byId(machine)
      if (!m) return GONE
      const { connected, lastHeard, bootHeardAt, goodbye } = m
      return { connected, lastHeard, bootHeardAt, saidGoodbye: goodbye !== undefined }
    },
    has: (machine) => fleet.byId(machine) !== undefined,
    isEstablished: (machine) => fleet.byId(machine)?.isEstablished === true,
    uidOf: (machine) => fleet.byId(machine)?.uid ?? '',
    nameOf: (machine) => fleet.byId(machine)?.name ?? '',
    siteOf: (machine) => fleet.byId(machine)?.site || -1,
    practiceOf: (site) => book.refOf(site),
    machinesAt: (site) => ({ enrolled: fleet.enrolledAt(site), connected: establishedAt(site) }),
    connected: () => fleet.connected,
  }
}
