import { MACHINE_STATES, type PracticeTile, type StateCounts } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { HOUR } from '@pumphandle/shared/time'
import type { Fleet } from '../../fleet/fleet.ts'
import type { Incidents } from '../../incidents/index.ts'
import { type PracticeBook, practiceRef } from '../../practices/book.ts'
import { isOpen, openingHoursOf, type WallClock, wallClock } from '../../practices/opening-hours.ts'
import type { LiveSettings } from '../../settings/live-settings.ts'
import type { PracticeEntry } from '../../store/practice-book.ts'
import { practiceVerdict } from '../../verdicts/practice.ts'

/** How old a count may be: one pass over 100,000 machines takes about 5 ms, and many pages ask at once. */
const FRESH_MS = 500
/** Share of the machines that measured a service lately, of which so many fail to reach it, to call it unreachable. */
const UNREACHABLE_SHARE = 0.6
/** Machines that must have measured: one PC with a loose cable says nothing of its practice. */
const UNREACHABLE_LEAST = 2
/** Older measurements say nothing of now; agents send one at each change and every few hours. */
const MEASURED_WITHIN_MS = 6 * HOUR

interface Site {
  machines: number
  readonly states: StateCounts
  readonly reach: Map<string, { ok: number; of: number; failedAt: string | null }>
}

/** What a practice's page and tile show that machines decide. */
export interface SiteView extends PracticeTile {
  readonly reachability: { name: string; ok: number; of: number; failedAt: string | null }[]
}

export interface PracticeStateSources {
  readonly clock: Clock
  readonly fleet: Fleet
  readonly incidents: Incidents
  readonly book: PracticeBook
  readonly settings: LiveSettings
}

/** Machines counted by practice and state, and the verdict on each practice. */
export class PracticeStates {
  readonly #sources: PracticeStateSources
  #sites = new Map<number, Site>()
  #incidents = new Map<number, number[]>()
  #linesDown = new Set<number>()
  #wall: WallClock = { day: 0, minute: 0 }
  #countedAt = Number.NEGATIVE_INFINITY

  constructor(sources: PracticeStateSources) {
    this.#sources = sources
  }

  /** Tiles of all practices that are open or still have machines. */
  tiles(): PracticeTile[] {
    this.#count()
    const tiles: PracticeTile[] = []
    for (const practice of this.#sources.book.all()) {
      if (practice.status !== 'open' && !this.#sites.has(practice.id)) continue
      const { reachability: _reachability, ...tile } = this.of(practice)
      tiles.push(tile)
    }
    return tiles
  }

  of(practice: PracticeEntry): SiteView {
    this.#count()
    const site = this.#sites.get(practice.id)
    const states = site ? { ...site.states } : noStates()
    const reachability = [...(site?.reach ?? [])].map(([name, reach]) => ({ name, ...reach }))
    const unreachable = reachability.filter((r) => r.of >= UNREACHABLE_LEAST && r.of - r.ok >= r.of * UNREACHABLE_SHARE)
    return {
      practice: practiceRef(practice),
      machines: site?.machines ?? 0,
      states,
      verdict: practiceVerdict({
        name: practice.name,
        machines: site?.machines ?? 0,
        states,
        lineDown: this.#linesDown.has(practice.id),
        unreachable: unreachable.map((r) => r.name),
        open: isOpen(openingHoursOf(practice), this.#wall),
      }),
      incidents: this.#incidents.get(practice.id) ?? [],
      reachability,
    }
  }

  #count(): void {
    const { clock, fleet, incidents, settings } = this.#sources
    const now = clock.now()
    if (now - this.#countedAt < FRESH_MS) return
    this.#countedAt = now
    this.#wall = wallClock(now, settings.current.timeZone)
    this.#sites = new Map()
    for (const machine of fleet.machines()) {
      let site = this.#sites.get(machine.site)
      if (!site) this.#sites.set(machine.site, (site = { machines: 0, states: noStates(), reach: new Map() }))
      site.machines++
      site.states[machine.state]++
      const measured = machine.reachability
      if (!measured || !machine.connected || measured.at < now - MEASURED_WITHIN_MS) continue
      for (const result of measured.results) {
        const reach = site.reach.get(result.name) ?? { ok: 0, of: 0, failedAt: null }
        reach.of++
        if (result.ok) reach.ok++
        else reach.failedAt = result.failedAt ?? reach.failedAt
        site.reach.set(result.name, reach)
      }
    }
    this.#incidents = new Map()
    this.#linesDown = new Set()
    for (const incident of incidents.active()) {
      const { id, kind } = incident.record
      for (const [site, cohorts] of incident.tally.bySite) {
        if (cohorts.affected + cohorts.relapsed + cohorts.missing === 0) continue
        this.#incidents.set(site, [...(this.#incidents.get(site) ?? []), id])
        if (kind === 'practice-line') this.#linesDown.add(site)
      }
    }
  }
}

function noStates(): StateCounts {
  return Object.fromEntries(MACHINE_STATES.map((state) => [state, 0])) as StateCounts
}
