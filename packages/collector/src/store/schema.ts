import type { Cohort, ComponentKind, MachineState } from '@pumphandle/shared/words'
import type { Generated } from 'kysely'

export type { Cohort, ComponentKind, MachineState }

// The tables that queries are compiled against. Migrations create exactly these, on SQLite and on PostgreSQL.
//
// Conventions, the same on both databases:
// - a time is a bigint of milliseconds since 1970 UTC (`Ms`), corrected by the collector unless a comment says otherwise
// - a boolean is 0 or 1 (`Flag`), since SQLite binds no booleans
// - JSON is text (`Json`), since ->> differs between the two
// - text that is compared by order (`version_key`) is COLLATE "C" on PostgreSQL, so that its order is that of
//   its bytes, as on SQLite and in memory
// - `lower(x)` in an index means ASCII lower case: SQLite's own `lower`, and `lower(x COLLATE "C")` on PostgreSQL
export type Ms = number
export type Flag = 0 | 1
export type Json = string

export type PracticeStatus = 'open' | 'closed' | 'merged'

/** An ICB, or elsewhere any region. unique(code) */
export interface RegionTable {
  id: Generated<number>
  code: string
  name: string
  /** Where its tile lies on the map, from 1; null where no import says. */
  tile_row: Generated<number | null>
  tile_column: Generated<number | null>
}

/** A primary care network. unique(code); index(region_id) */
export interface PcnTable {
  id: Generated<number>
  code: string
  name: string
  region_id: number | null
}

/** A site. unique(code); index(pcn_id), index(region_id). Closed and merged ones stay for their history. */
export interface PracticeTable {
  id: Generated<number>
  code: string
  name: string
  pcn_id: number | null
  region_id: number | null
  status: PracticeStatus
  /** id of the practice that took this one over; set only with status `merged` */
  merged_into: number | null
  opening_hours: Json | null
  contacts: Json | null
  address: string | null
  /** a person named it, by an import or a token for it; else it came by a machine's own word */
  vouched: Generated<Flag>
}

/**
 * One Windows computer. unique(uid); index(practice_id). What is asked of machines is answered from columns in memory: an index
 * for it here would only make writes dearer.
 */
export interface MachineTable {
  id: Generated<number>
  /** the id given at enrolment */
  uid: string
  /** computer name, as the machine writes it */
  name: string
  practice_id: number | null
  /** its practice's region, repeated here so that a region's machines need no join */
  region_id: number | null
  state: MachineState
  state_since: Ms
  state_reason: string | null
  model: string | null
  /** as its firmware has it, and a label on its case */
  serial_number: Generated<string | null>
  /** for people: `Windows 11 Pro 23H2`. Build and revision are a component of kind `os` */
  os_name: string | null
  first_seen: Ms
  /** flushed coarsely; the exact time is in the core's memory */
  last_seen: Ms
  last_boot_at: Ms | null
  boot_id: string | null
  /** the latest crash of kind `bugcheck`, and its stop code and culprit; other kinds are only in `crash` */
  last_crash_at: Ms | null
  last_crash_stop: number | null
  last_crash_culprit: string | null
  /** enrolled but taken out of watching by an admin */
  unmanaged: Flag
  agent_version: string | null
  /** since when it is not let in any more */
  revoked_at: Ms | null
  /** since when it counts for itself in the detector; null while it is on probation */
  established_at: Ms | null
  /** since when it is out of the fleet, and why; null while it is in it */
  retired_at: Generated<Ms | null>
  retired_why: Generated<string | null>
  /** the machine that stands in for it, where it was enrolled anew */
  successor_id: Generated<number | null>
}

/**
 * Dictionary of everything versioned: thousands of rows, however large the fleet.
 * unique(kind, name, version); index(kind, lower(name), version_key).
 */
export interface ComponentTable {
  id: Generated<number>
  kind: ComponentKind
  name: string
  version: string
  /** `versionKey(version)` of @pumphandle/shared/versions */
  version_key: string
  /** when the fleet first had it */
  first_seen: Ms
  /** more than one machine had it */
  shared: Generated<Flag>
  /** the only machine that had it, until a second one has it */
  first_machine_id: number | null
}

/** What a machine has now. primary key(machine_id, component_id), WITHOUT ROWID on SQLite; index(component_id, machine_id) */
export interface MachineComponentTable {
  machine_id: number
  component_id: number
  since: Ms
  /** 1 when it was there before the agent was: `since` is then the first report, not the arrival */
  known_since_before: Flag
}

/**
 * What a machine has and had: one row for each stretch of time. index(component_id, since, until, machine_id), which
 * answers `had:` alone; index(machine_id, component_id, since).
 */
export interface ExposureTable {
  machine_id: number
  component_id: number
  since: Ms
  /** null while it is present; a row holds since <= t < until */
  until: Ms | null
}

/**
 * Every accepted event, in the order of acceptance. index(machine_id, at), index(type, at). On SQLite unique(machine_id, event_id);
 * on PostgreSQL partitioned by the day of receipt, index(seq), and `event_known` has what is unique.
 */
export interface EventTable {
  seq: Generated<number>
  machine_id: number
  event_id: string
  type: string
  /** the agent's time corrected by its measured skew */
  at: Ms
  /** the agent's own, uncorrected */
  agent_at: Ms
  received_at: Ms
  payload: Json
}

/**
 * One row for each crash. unique(machine_id, event_id); index(at), index(lower(culprit), at), index(stop_code, at),
 * index(machine_id, at).
 */
export interface CrashTable {
  machine_id: number
  event_id: string
  at: Ms
  kind: 'bugcheck' | 'app' | 'hang' | 'service'
  /** a bugcheck's stop code, 0x50 as 80 */
  stop_code: number | null
  culprit: string | null
  process: string | null
  module: string | null
  /** how many equal crashes this row stands for */
  count: number
}

/** A failure shared by machines across the fleet. index(status, opened_at) */
export interface IncidentTable {
  id: Generated<number>
  kind: string
  status: string
  title: string
  cause_component_id: number | null
  partner_component_id: number | null
  opened_at: Ms
  resolved_at: Ms | null
  payload: Json
}

/** primary key(incident_id, machine_id), WITHOUT ROWID on SQLite; index(incident_id, cohort, machine_id), index(machine_id) */
export interface IncidentMachineTable {
  incident_id: number
  machine_id: number
  cohort: Cohort
  since: Ms
  reason: string | null
  /** failures that the incident explains, and when the last one was; 0 for a machine that is only at risk */
  failures: Generated<number>
  failed_at: Generated<Ms>
  first_failed_at: Generated<Ms>
  /** recovered, and up for 30 minutes since */
  verified: Generated<Flag>
  /** has the suspect now */
  exposed: Generated<Flag>
}

/** Append only. index(incident_id, at) */
export interface IncidentHistoryTable {
  id: Generated<number>
  incident_id: number
  at: Ms
  actor: string
  type: string
  payload: Json
}

/** The tables by their SQL names; further tables of the store extend this interface. */
export interface QueryTables {
  region: RegionTable
  pcn: PcnTable
  practice: PracticeTable
  machine: MachineTable
  component: ComponentTable
  machine_component: MachineComponentTable
  exposure: ExposureTable
  event: EventTable
  crash: CrashTable
  incident: IncidentTable
  incident_machine: IncidentMachineTable
  incident_history: IncidentHistoryTable
}
