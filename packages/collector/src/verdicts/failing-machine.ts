import { DAY, HOUR, WEEK } from '@pumphandle/shared/time'
import { said } from '@pumphandle/shared/words'
import type { CrashObservation, Observation } from '../detect/index.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { FleetView } from '../model/fleet-view.ts'

/** Blue screens in a week, of one machine, that no incident explains: one in 200 machines has a single one in a month. */
const CRASHES = 5
export const WINDOW_MS = WEEK
/** The newest of one machine that are remembered: one in a boot loop has thousands in a week, and thousands of machines have such a week at once. */
const MOST_REMEMBERED = 8
/**
 * Machines that are said to fail by themselves within an hour. Where more of them do they share something, though it is not
 * known yet what: a thousand messages would hide it.
 */
const MOST_AN_HOUR = 10
/** Of them in one practice: somebody who holds its token must not take the others' place. */
const MOST_OF_A_PRACTICE = 3
/** How long a machine must go without a crash to count as mended. */
const MENDED_AFTER_MS = 14 * DAY

/** "This one machine needs looking at": it crashes again and again, and nothing that it shares with others explains it. */
export class FailingMachine {
  readonly #fleet: FleetView
  readonly #incidents: Incidents
  readonly #crashes = new Map<number, Map<string, number>>()
  /** The last ones that were opened. */
  #opened: { readonly at: number; readonly site: number }[] = []

  constructor(fleet: FleetView, incidents: Incidents) {
    this.#fleet = fleet
    this.#incidents = incidents
  }

  /** Takes back a crash of before a restart. */
  restore(machine: number, id: string, at: number): void {
    this.#remember(machine, id, at)
  }

  observe(observation: Observation): void {
    if (observation.type !== 'crash' || observation.kind !== 'bugcheck') return
    const crashes = this.#remember(observation.machine, observation.id, observation.occurredAt)
    for (const [id, at] of crashes) if (at < observation.at - WINDOW_MS) crashes.delete(id)
    if (crashes.size < CRASHES || this.#incidents.explains(observation.machine)) return
    // who enrols machines may invent them: one that is new counts once its probation is over
    if (!this.#fleet.isEstablished(observation.machine)) return
    const site = this.#fleet.siteOf(observation.machine)
    this.#opened = this.#opened.filter(({ at }) => at > observation.at - HOUR)
    if (this.#opened.length >= MOST_AN_HOUR) return
    if (this.#opened.filter((one) => one.site === site).length >= MOST_OF_A_PRACTICE) return
    this.#opened.push({ at: observation.at, site })
    this.#open(observation, crashes.size)
  }

  tick(now: number): void {
    for (const incident of this.#incidents.active())
      if (incident.record.kind === 'machine' && now - incident.record.lastFailureAt > MENDED_AFTER_MS)
        this.#incidents.setStatus(incident, 'resolved', 'resolved', 'collector', 'No crash for two weeks.', now)
  }

  /** @returns the machine's crashes, in the order in which they were heard of */
  #remember(machine: number, id: string, at: number): Map<string, number> {
    let crashes = this.#crashes.get(machine)
    if (!crashes) this.#crashes.set(machine, (crashes = new Map()))
    crashes.set(id, at)
    const [oldest] = crashes.keys()
    if (crashes.size > MOST_REMEMBERED && oldest !== undefined) crashes.delete(oldest)
    return crashes
  }

  #open(crash: CrashObservation, count: number): void {
    const name = said(this.#fleet.nameOf(crash.machine))
    const practice = this.#fleet.practiceOf(this.#fleet.siteOf(crash.machine))
    const times = count < MOST_REMEMBERED ? `${count} times` : `${MOST_REMEMBERED} times or more`
    this.#incidents.open({
      kind: 'machine',
      subject: this.#fleet.uidOf(crash.machine),
      title: `${name}${practice ? ` at ${practice.name}` : ''} keeps crashing by itself`,
      sentence: `${name} stopped with a blue screen ${times} within a week; nothing that it shares with other machines explains it. It most likely needs repair or replacement.`,
      at: crash.at,
      machines: [{ machine: crash.machine, reason: `crashed ${times} within a week`, failedAt: crash.occurredAt }],
    })
  }
}
