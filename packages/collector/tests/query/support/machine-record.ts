import type { Cohort, ComponentKind, MachineState } from '../../../src/store/schema.ts'

/** A practice, network or region as a query sees it. */
interface PlaceRecord {
  code: string
  name: string
}

export interface ComponentRecord {
  kind: ComponentKind
  name: string
  version: string
}

/**
 * Everything that a query can ask of one machine, in plain values: what the other ways of answering are compared with.
 * Times are ms since 1970 UTC. Missing is null.
 */
export interface MachineRecord {
  id: number
  name: string
  practice: PlaceRecord | null
  pcn: PlaceRecord | null
  region: PlaceRecord | null
  state: MachineState
  stateSince: number
  model: string | null
  serial: string | null
  osName: string | null
  agentVersion: string | null
  unmanaged: boolean
  firstSeen: number
  lastSeen: number
  lastBootAt: number | null
  /** the latest blue screen */
  lastCrashAt: number | null
  lastCrashStop: number | null
  lastCrashCulprit: string | null
  /** what it has now */
  components: ComponentRecord[]
  /** what it has and had: since <= t < until, null while present */
  exposures: (ComponentRecord & { since: number; until: number | null })[]
  /** its blue screens (`crash.kind` bugcheck) */
  crashes: { at: number; stopCode: number | null; culprit: string | null }[]
  /** that hold */
  tags: string[]
  incidents: { id: number; cohort: Cohort; resolved: boolean }[]
}
