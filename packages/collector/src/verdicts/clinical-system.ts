import { MINUTE } from '@pumphandle/shared/time'
import type { ProbeResult } from '@pumphandle/shared/wire'
import type { Observation } from '../detect/index.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { FleetView } from '../model/fleet-view.ts'

/** A measurement older than this says nothing about now: agents send changes at once and repeat them every few hours. */
export const FRESH_MS = 6 * 60 * MINUTE
/** A practice cannot reach a service when more than this share of its machines that measured it lately cannot. */
const UNREACHABLE_SHARE = 0.5
/** A service is down when at least this many practices cannot reach it, and at least this share of those that measure it. */
const MIN_PRACTICES = 3
const DOWN_SHARE = 0.5
const UP_SHARE = 0.1
/** After a restart a service is not called well again before agents have come back: five minutes, and one to be let in. */
const RETURN_MS = 6 * MINUTE

interface Measurement {
  readonly at: number
  readonly ok: boolean
  readonly failedAt: string | null
}

/** What one practice says of one service. */
export interface ServiceAtPractice {
  readonly name: string
  /** Connected machines that reach it, of those that measured it lately. */
  readonly ok: number
  readonly of: number
  readonly failedAt: string | null
}

/** Whether a practice can reach a service: the one rule, for its page and tile as for the incident. */
export function isUnreachable({ ok, of }: Pick<ServiceAtPractice, 'ok' | 'of'>): boolean {
  return of - ok > of * UNREACHABLE_SHARE
}

/**
 * "The clinical system is down, not your machines": agents that are connected to the collector, so that their own line
 * works, cannot reach a named service from many practices.
 */
export class ClinicalSystem {
  readonly #fleet: FleetView
  readonly #incidents: Incidents
  /** By service, then machine. */
  readonly #measured = new Map<string, Map<number, Measurement>>()
  /** Services with news since the last tick. */
  readonly #changed = new Set<string>()
  #seesAllFrom = 0

  constructor(fleet: FleetView, incidents: Incidents) {
    this.#fleet = fleet
    this.#incidents = incidents
  }

  observe(observation: Observation): void {
    if (observation.type === 'blind') this.#seesAllFrom = observation.at + RETURN_MS
  }

  take(machine: number, results: readonly ProbeResult[], at: number): void {
    for (const { name, ok, failedAt } of results) {
      let machines = this.#measured.get(name)
      if (!machines) this.#measured.set(name, (machines = new Map()))
      // what an agent kept while it was away comes after what it measured on its return
      if (at < (machines.get(machine)?.at ?? 0)) continue
      machines.set(machine, { at, ok, failedAt: failedAt ?? null })
      this.#changed.add(name)
    }
  }

  tick(now: number): void {
    for (const service of this.#changed) if (this.#judge(service, now)) this.#changed.delete(service)
  }

  /** How the machines of each practice reach each service, by site; services by name. */
  practices(now: number): Map<number, ServiceAtPractice[]> {
    const sites = new Map<number, ServiceAtPractice[]>()
    for (const [name, machines] of [...this.#measured].sort(([a], [b]) => (a < b ? -1 : 1)))
      for (const [site, reach] of this.#byPractice(machines, now)) {
        const services = sites.get(site)
        if (services) services.push({ name, ...reach })
        else sites.set(site, [{ name, ...reach }])
      }
    return sites
  }

  /** @returns false when it is too early to tell */
  #judge(service: string, now: number): boolean {
    const practices = this.#byPractice(this.#measured.get(service) ?? new Map(), now)
    const down = [...practices].filter(([, practice]) => isUnreachable(practice))
    const share = practices.size > 0 ? down.length / practices.size : 0
    const open = this.#incidents.find('clinical-system', service)
    if (down.length >= MIN_PRACTICES && share >= DOWN_SHARE) {
      const step = down[0]?.[1].failedAt
      this.#incidents.open({
        kind: 'clinical-system',
        subject: service,
        title: `${service} is unreachable; the machines are well`,
        sentence: `${service} cannot be reached from ${down.length} of ${practices.size} practices that measure it, whose machines are connected here and so have a working line${step ? `; it fails at ${step.toUpperCase()}` : ''}. It is most likely ${service} itself, not the practices.`,
        at: now,
        machines: [],
      })
      return true
    }
    if (!open || share > UP_SHARE || practices.size < MIN_PRACTICES) return true
    if (now < this.#seesAllFrom) return false
    this.#incidents.setStatus(open, 'resolved', 'resolved', 'collector', `${service} can be reached again.`, now)
    return true
  }

  #byPractice(machines: ReadonlyMap<number, Measurement>, now: number): Map<number, Omit<ServiceAtPractice, 'name'>> {
    const practices = new Map<number, { ok: number; of: number; failedAt: string | null }>()
    for (const [machine, measurement] of machines) {
      // invented machines must not speak for a service
      if (!this.#fleet.isEstablished(machine)) continue
      // a machine that is not connected has no line to blame the service from
      if (now - measurement.at > FRESH_MS || !this.#fleet.presence(machine).connected) continue
      const site = this.#fleet.siteOf(machine)
      const practice = practices.get(site) ?? { ok: 0, of: 0, failedAt: null }
      practice.of++
      if (measurement.ok) practice.ok++
      else practice.failedAt ??= measurement.failedAt
      practices.set(site, practice)
    }
    return practices
  }
}
