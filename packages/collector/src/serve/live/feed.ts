import type { IncidentRow, MachineState } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { Changes } from '../../fleet/changes.ts'
import type { FleetMachine } from '../../fleet/machine.ts'
import type { LiveHub } from './hub.ts'

/** How often pages are told: four times a second is at once for a person, and a fleet of boot loops costs no more. */
const EVERY_MS = 250
/** Changed machines that one message names; a page shows about 50 rows. `more` counts the others. */
const MAX_MACHINES = 200
/** Incidents that are told of at once; those that are left follow with the next. */
const MAX_INCIDENTS = 20
/** Practices that one message names. */
const MAX_PRACTICES = 500

export interface FeedSources {
  readonly changes: Changes
  readonly clock: Clock
  readonly counts: () => { states: Record<MachineState, number>; heardLastMinute: number }
  readonly practiceCode: (site: number) => string | null
  readonly incident: (id: number) => IncidentRow | undefined
  /** Such incidents can be many, and wait for the others. */
  readonly isOfOneMachine: (id: number) => boolean
}

/** Gathers what changes in the collector and publishes it, at most once in a while for each kind. The answer ends it. */
export function feedLive(hub: LiveHub, sources: FeedSources): () => void {
  const { changes, clock } = sources
  const machines = new Set<FleetMachine>()
  /** Those of them that the next message names, whatever is known of their practice. */
  let waited: ReadonlySet<FleetMachine> = new Set()
  const sites = new Set<number>()
  const timelines = new Set<string>()
  const incidents = new Set<number>()
  let unnamed = 0
  let untold = 0
  let countsChanged = false

  const stops = [
    changes.on('machine-changed', ({ machine }) => {
      countsChanged = true
      sites.add(machine.site)
      if (machines.size < MAX_MACHINES || machines.has(machine)) machines.add(machine)
      else unnamed++
    }),
    changes.on('event-stored', ({ machine }) => {
      if (timelines.size < MAX_MACHINES || timelines.has(machine.uid)) timelines.add(machine.uid)
      else untold++
    }),
    changes.on('practices-changed', ({ practices }) => {
      for (const site of practices) sites.add(site)
    }),
    changes.on('incident-changed', ({ incident }) => void incidents.add(incident)),
    changes.on('fleet-counts', () => {
      countsChanged = true
    }),
    clock.every(EVERY_MS, flush),
  ]

  const machineNow = ({ uid, state, site }: FleetMachine) => ({ id: uid, state, practice: sources.practiceCode(site) })

  function flush(): void {
    const at = clock.now()
    // the most important first: a slow line shows the incident before the machines
    for (const id of mostTelling(incidents, sources.isOfOneMachine)) {
      incidents.delete(id)
      const incident = sources.incident(id)
      if (!incident) continue
      hub.publish({ type: 'incident', at, incident })
      hub.publish({ type: 'incident-history', at, id })
    }
    if (countsChanged) hub.publish({ type: 'counts', at, ...sources.counts() })
    // the first machine of a practice that nobody imported is told with it, which is read a moment later
    const later = [...machines].filter((m) => !waited.has(m) && m.site !== 0 && sources.practiceCode(m.site) === null)
    waited = new Set(later)
    for (const machine of later) machines.delete(machine)
    if (machines.size > 0 || unnamed > 0)
      hub.publish({ type: 'machines', at, changed: Array.from(machines, machineNow), more: unnamed })
    // a practice that enrolment made a moment ago has its name by now
    const codes = Array.from(sites, sources.practiceCode).filter((code) => code !== null)
    if (codes.length > 0) {
      const named = codes.slice(0, MAX_PRACTICES)
      hub.publish({ type: 'practices', at, codes: named, more: codes.length - named.length })
    }
    if (timelines.size > 0) hub.publish({ type: 'machine-events', at, ids: [...timelines], more: untold })
    machines.clear()
    for (const machine of later) machines.add(machine)
    sites.clear()
    timelines.clear()
    unnamed = 0
    untold = 0
    countsChanged = false
  }

  return () => {
    for (const stop of stops) stop()
  }
}

function mostTelling(ids: ReadonlySet<number>, isOfOneMachine: (id: number) => boolean): number[] {
  if (ids.size <= MAX_INCIDENTS) return [...ids]
  const [minor = [], major = []] = [true, false].map((one) => [...ids].filter((id) => isOfOneMachine(id) === one))
  return [...major, ...minor].slice(0, MAX_INCIDENTS)
}
