import {
  type IncidentRow,
  MACHINE_STATES,
  type PracticeTile,
  type PracticeTiles,
  type PracticeVerdict,
  type StateCounts,
} from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { hitOf, illOf, isActive } from '@pumphandle/shared/words'
import type { FleetReader } from '../../fleet/fleet.ts'
import type { FleetMachine } from '../../fleet/machine.ts'
import type { Incidents } from '../../incidents/index.ts'
import { type PracticeReader, practiceRef } from '../../practices/book.ts'
import { isOpen, openingHoursOf, type WallClock, wallClock } from '../../practices/opening-hours.ts'
import type { LiveSettings } from '../../settings/live-settings.ts'
import type { PracticeEntry } from '../../store/practice-book.ts'
import { type ClinicalSystem, isUnreachable, type ServiceAtPractice } from '../../verdicts/clinical-system.ts'
import { isUnsettled, practiceVerdict } from '../../verdicts/practice.ts'
import { asOneText } from '../http/one-text.ts'

/** How old a count may be: one pass over 100,000 machines takes about 5 ms, and many pages ask at once. */
const FRESH_MS = 500

interface Counts {
  machines: number
  readonly states: StateCounts
  unsettled: number
}

interface Site {
  readonly all: Counts
  /** Those whose probation is over. */
  readonly established: Counts
}

/** What a practice's page and tile show that machines decide. */
export interface SiteView extends PracticeTile {
  readonly reachability: ServiceAtPractice[]
}

/** What was worked out of a practice as it was read. */
interface View {
  readonly practice: PracticeEntry
  readonly tile: PracticeTile
  readonly reachability: ServiceAtPractice[]
}

export interface PracticeStateSources {
  readonly clock: Clock
  readonly fleet: FleetReader
  readonly incidents: Pick<Incidents, 'active'>
  readonly book: PracticeReader
  readonly settings: LiveSettings
  readonly clinicalSystem: Pick<ClinicalSystem, 'practices'>
}

/** Machines counted by practice and state, and the verdict on each practice. */
export class PracticeStates {
  readonly #sources: PracticeStateSources
  #sites = new Map<number, Site>()
  /** What was worked out of practices since the count: each is asked for by pages, incidents and lists. */
  readonly #views = new Map<number, View>()
  #answer: PracticeTiles | undefined
  #incidents = new Map<number, number[]>()
  /** Sites that each open incident hit. */
  #hit = new Map<number, number[]>()
  #linesDown = new Set<number>()
  #services = new Map<number, ServiceAtPractice[]>()
  #wall: WallClock = { day: 0, minute: 0 }
  #countedAt = Number.NEGATIVE_INFINITY

  constructor(sources: PracticeStateSources) {
    this.#sources = sources
  }

  /** All tiles and where they lie: the same object while nothing of it changed, written as text once for all pages. */
  page(): PracticeTiles {
    const tiles = this.tiles()
    const last = this.#answer?.tiles
    if (this.#answer && last?.length === tiles.length && tiles.every((tile, i) => tile === last[i])) return this.#answer
    this.#answer = asOneText({ at: this.#countedAt, tiles, grid: this.#grid() })
    return this.#answer
  }

  /** Where regions lie on the map, as far as an import says it. */
  #grid(): PracticeTiles['grid'] {
    const places = new Map<string, PracticeTiles['grid'][number]>()
    for (const practice of this.#sources.book.all()) {
      const { region } = practiceRef(practice)
      const { tile_row: row, tile_column: column } = practice
      if (region !== null && row !== null && column !== null) places.set(region, { region, row, column })
    }
    return [...places.values()]
  }

  /** Tiles of all practices that are open or still have machines. */
  tiles(): PracticeTile[] {
    this.#count()
    const tiles: PracticeTile[] = []
    for (const practice of this.#sources.book.all()) {
      if (practice.status !== 'open' && !this.#sites.has(practice.id)) continue
      tiles.push(this.#viewOf(practice).tile)
    }
    return tiles
  }

  of(practice: PracticeEntry): SiteView {
    this.#count()
    const { tile, reachability } = this.#viewOf(practice)
    return { ...tile, reachability }
  }

  #viewOf(practice: PracticeEntry): View {
    const known = this.#views.get(practice.id)
    if (known?.practice === practice) return known
    const view = this.#view(practice)
    this.#views.set(practice.id, view)
    return view
  }

  #view(practice: PracticeEntry): View {
    const site = this.#sites.get(practice.id)
    // invented machines must not stop a practice's work; in one that is new, newcomers are all that there is
    const judged = (site?.established.machines ?? 0) > 0 ? site?.established : site?.all
    const reachability = this.#services.get(practice.id) ?? []
    const tile = {
      practice: practiceRef(practice),
      machines: site?.all.machines ?? 0,
      states: { ...(site?.all.states ?? noStates()) },
      verdict: practiceVerdict({
        name: practice.name,
        machines: judged?.machines ?? 0,
        states: judged?.states ?? noStates(),
        unsettled: judged?.unsettled ?? 0,
        lineDown: this.#linesDown.has(practice.id),
        unreachable: reachability.filter(isUnreachable).map((service) => service.name),
        open: isOpen(openingHoursOf(practice), this.#wall),
      }),
      incidents: this.#incidents.get(practice.id) ?? [],
    }
    return { practice, tile, reachability }
  }

  /** Whether the practice of a site can work: the same word wherever it is said. */
  workingAt(site: number): PracticeVerdict['working'] {
    const practice = this.#sources.book.byId(site)
    if (!practice) return 'unknown'
    this.#count()
    return this.#viewOf(practice).tile.verdict.working
  }

  /** An incident with what people ask for first; one that is over stops nobody's work. */
  weighed(incident: IncidentRow): IncidentRow {
    if (!isActive(incident.status)) return incident
    this.#count()
    return { ...incident, stopped: this.stoppedAmong(this.#hit.get(incident.id) ?? []) }
  }

  /** How many practices of these sites cannot work. */
  stoppedAmong(sites: Iterable<number>): number {
    let stopped = 0
    for (const site of sites) if (this.workingAt(site) === 'stopped') stopped++
    return stopped
  }

  #count(): void {
    const { clinicalSystem, clock, fleet, incidents, settings } = this.#sources
    const now = clock.now()
    if (now - this.#countedAt < FRESH_MS) return
    this.#countedAt = now
    this.#wall = wallClock(now, settings.current.timeZone)
    this.#services = clinicalSystem.practices(now)
    this.#sites = new Map()
    this.#views.clear()
    for (const machine of fleet.machines()) {
      let site = this.#sites.get(machine.site)
      if (!site) this.#sites.set(machine.site, (site = { all: noCounts(), established: noCounts() }))
      count(site.all, machine, now)
      if (machine.isEstablished) count(site.established, machine, now)
    }
    this.#incidents = new Map()
    this.#hit = new Map()
    this.#linesDown = new Set()
    for (const incident of incidents.active()) {
      const { id, kind } = incident.record
      const hit: number[] = []
      this.#hit.set(id, hit)
      for (const [site, cohorts] of incident.tally.bySite) {
        if (hitOf(cohorts) === 0) continue
        this.#incidents.set(site, [...(this.#incidents.get(site) ?? []), id])
        hit.push(site)
        if (kind === 'practice-line' && illOf(cohorts) > 0) this.#linesDown.add(site)
      }
    }
  }
}

function count(counts: Counts, machine: FleetMachine, now: number): void {
  counts.machines++
  counts.states[machine.state]++
  if (isUnsettled(machine, now)) counts.unsettled++
}

const noCounts = (): Counts => ({ machines: 0, states: noStates(), unsettled: 0 })

const NO_STATES = Object.fromEntries(MACHINE_STATES.map((state) => [state, 0])) as StateCounts
const noStates = (): StateCounts => ({ ...NO_STATES })
