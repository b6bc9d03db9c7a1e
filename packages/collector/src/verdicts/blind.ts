import { MINUTE } from '@pumphandle/shared/time'
import type { Observation } from '../detect/index.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { FleetView } from '../model/fleet-view.ts'

/** A restart shorter than this is not worth a word. */
const WORTH_TELLING_MS = 2 * MINUTE
/** Share of the connected fleet that has to fall silent within a minute for it to be the collector's own line. */
const OWN_LINE_SHARE = 0.8
/** Below this many machines a share says nothing. */
const MIN_MACHINES = 50
const WINDOW_MS = MINUTE
/** What an incident about the collector's own line is about. */
export const OWN_LINE = 'own line'

/** "It is we who cannot see": the collector was away, or lost nearly everyone at once. */
export class Blind {
  readonly #fleet: FleetView
  readonly #incidents: Incidents
  #silences: number[] = []

  constructor(fleet: FleetView, incidents: Incidents) {
    this.#fleet = fleet
    this.#incidents = incidents
  }

  observe(observation: Observation): void {
    if (observation.type === 'silent') this.#silences.push(observation.at)
  }

  /** The collector was away from `from` to `until`, ms epoch. */
  away(from: number, until: number): void {
    if (until - from < WORTH_TELLING_MS) return
    const span = `${new Date(from).toISOString().slice(11, 16)} to ${new Date(until).toISOString().slice(11, 16)} UTC`
    const incident = this.#incidents.open({
      kind: 'blind',
      subject: 'away',
      title: `The collector could not see from ${span}`,
      sentence: `The collector did not run from ${span}. What agents kept in their spools arrives as they reconnect; silences in that time are not counted.`,
      at: until,
      machines: [],
    })
    this.#incidents.setStatus(incident, 'resolved', 'resolved', 'collector', 'The collector is back.', until)
  }

  tick(now: number): void {
    this.#silences = this.#silences.filter((at) => at >= now - WINDOW_MS)
    const lost = this.#silences.length
    const connected = this.#fleet.connected()
    const open = this.#incidents.find('blind', OWN_LINE)
    if (!open && lost >= MIN_MACHINES && lost >= OWN_LINE_SHARE * (connected + lost)) {
      this.#incidents.open({
        kind: 'blind',
        subject: OWN_LINE,
        title: "The collector's own line is most likely down",
        sentence: `${lost} of ${connected + lost} machines, of every region and product, fell silent within a minute: that is most likely the collector's own network.`,
        at: now,
        machines: [],
      })
    } else if (open && connected >= MIN_MACHINES && lost === 0) {
      this.#incidents.setStatus(open, 'resolved', 'resolved', 'collector', 'Machines are heard again.', now)
    }
  }
}
