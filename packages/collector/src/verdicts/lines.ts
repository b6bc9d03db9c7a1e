import { MINUTE } from '@pumphandle/shared/time'
import type { Observation } from '../detect/index.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { FleetView } from '../model/fleet-view.ts'
import { OWN_LINE } from './blind.ts'

/** Silent this long before a practice's line is called down: two missed reconnects of every machine. */
const CONFIRM_AFTER_MS = 2 * MINUTE
/** A practice with fewer connected machines tells nothing about its line. */
const MIN_MACHINES = 3
/**
 * For each machine that is still heard, so many fell silent together: one of a practice's machines may be elsewhere, on another
 * line, or be somebody's who has its key and wants the outage not to be seen.
 */
const SILENT_FOR_ONE_HEARD = 10
/** Practices of a region that fall silent within the window below are one network failure, not many. */
const REGION_MIN_PRACTICES = 5
const REGION_WINDOW_MS = 5 * MINUTE
/** Share of a practice's machines whose return means that the line is back. */
const BACK_SHARE = 0.5

interface Outage {
  readonly site: number
  /** When its last machine was heard. */
  readonly since: number
  readonly machines: Set<number>
  /** Its machines that went on all the same. */
  readonly heard: number
}

/**
 * "The line (or power) of this practice is down": every machine that a practice had connected, or all but a few of many, fell
 * silent without a goodbye, and no open incident explains them. Practices of one region that go together are one incident.
 */
export class Lines {
  readonly #fleet: FleetView
  readonly #incidents: Incidents
  /** Machines that were silent lately, by site. */
  readonly #silent = new Map<number, Map<number, number>>()
  readonly #outages = new Map<number, Outage>()

  constructor(fleet: FleetView, incidents: Incidents) {
    this.#fleet = fleet
    this.#incidents = incidents
  }

  observe(observation: Observation): void {
    if (observation.type === 'silent') {
      const site = this.#fleet.siteOf(observation.machine)
      if (site < 0) return
      let machines = this.#silent.get(site)
      if (!machines) this.#silent.set(site, (machines = new Map()))
      machines.set(observation.machine, observation.lastHeard)
    } else if (observation.type === 'online') {
      this.#silent.get(this.#fleet.siteOf(observation.machine))?.delete(observation.machine)
    } else if (observation.type === 'blind') {
      this.#silent.clear()
    }
  }

  tick(now: number): void {
    // when nearly everyone is silent it is the collector that cannot hear
    const blind = this.#incidents.find('blind', OWN_LINE) !== undefined
    for (const [site, machines] of this.#silent) {
      if (machines.size === 0) this.#silent.delete(site)
      else if (!blind && !this.#outages.has(site)) this.#judge(site, machines, now)
    }
    for (const outage of this.#outages.values()) this.#end(outage, now)
  }

  /** Takes back what was down before a restart, from the incidents about it. */
  restore(): void {
    for (const { record, members } of this.#incidents.active()) {
      if (record.kind !== 'practice-line') continue
      for (const { machine, failedAt } of members.values()) {
        const site = this.#fleet.siteOf(machine)
        const outage = this.#outages.get(site) ?? { site, since: failedAt, machines: new Set<number>(), heard: 0 }
        outage.machines.add(machine)
        this.#outages.set(site, outage)
      }
    }
  }

  #judge(site: number, machines: ReadonlyMap<number, number>, now: number): void {
    if (machines.size < MIN_MACHINES) return
    const heard = this.#fleet.machinesAt(site).connected
    if (machines.size < heard * SILENT_FOR_ONE_HEARD) return
    const lastHeard = Math.max(...machines.values())
    if (now - lastHeard < CONFIRM_AFTER_MS) return
    const explained = [...machines.keys()].filter((machine) => this.#incidents.explains(machine)).length
    if (explained >= machines.size / 2) return
    // only those that went together: a machine that was lost an hour earlier has its own cause
    const together = [...machines]
      .filter(([, heard]) => lastHeard - heard < REGION_WINDOW_MS)
      .map(([machine]) => machine)
    if (together.length < Math.max(MIN_MACHINES, heard * SILENT_FOR_ONE_HEARD)) return
    this.#outages.set(site, { site, since: lastHeard, machines: new Set(together), heard })
    this.#report(site, now)
  }

  #report(site: number, now: number): void {
    const practice = this.#fleet.practiceOf(site)
    const outage = this.#outages.get(site)
    if (!practice || !outage) return
    const neighbours = this.#neighbours(outage, practice.region)
    const together = neighbours.length >= REGION_MIN_PRACTICES && practice.region !== null
    const subject = together ? `region ${practice.region}` : `practice ${practice.code}`
    const what = together
      ? `${neighbours.length} practices of ${practice.region} fell silent together`
      : `${sizeOf(outage)} connected machines of ${practice.name} (${practice.code}) fell silent together`
    const outages = together ? neighbours : [outage]
    const incident = this.#incidents.open({
      kind: 'practice-line',
      subject,
      title: together ? `Network failure in ${practice.region}` : `Line or power is down at ${practice.name}`,
      sentence: `${what}, without a goodbye; no component version explains it. It is most likely the line or the power.`,
      at: now,
      machines: outages.flatMap((each) =>
        [...each.machines].map((machine) => ({
          machine,
          failedAt: each.since,
          reason: 'vanished with its whole practice',
        })),
      ),
    })
    if (!together) return
    for (const each of neighbours) {
      const code = this.#fleet.practiceOf(each.site)?.code
      const single = code === undefined ? undefined : this.#incidents.find('practice-line', `practice ${code}`)
      if (single) this.#incidents.merge(single, incident, 'collector', now)
    }
  }

  #neighbours(outage: Outage, region: string | null): Outage[] {
    return [...this.#outages.values()].filter(
      (other) =>
        Math.abs(other.since - outage.since) < REGION_WINDOW_MS &&
        this.#fleet.practiceOf(other.site)?.region === region,
    )
  }

  #end(outage: Outage, now: number): void {
    const { connected } = this.#fleet.machinesAt(outage.site)
    if (connected < outage.machines.size * BACK_SHARE) return
    this.#outages.delete(outage.site)
    const practice = this.#fleet.practiceOf(outage.site)
    if (!practice) return
    const own = this.#incidents.find('practice-line', `practice ${practice.code}`)
    const region = this.#incidents.find('practice-line', `region ${practice.region}`)
    const over = own ?? (this.#neighbours(outage, practice.region).length === 0 ? region : undefined)
    if (over) this.#incidents.setStatus(over, 'resolved', 'resolved', 'collector', 'The machines are back.', now)
  }
}

function sizeOf({ machines: { size }, heard }: Outage): string {
  return heard === 0 ? `All ${size}` : `${size} of ${size + heard}`
}
