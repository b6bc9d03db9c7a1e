import type { Selectable } from 'kysely'
import type {
  ComponentTable,
  IncidentTable,
  MachineTable,
  PcnTable,
  PracticeTable,
  RegionTable,
} from '../../store/schema.ts'

// The parts of the store's rows that columns are made of.
export type RegionRow = Pick<Selectable<RegionTable>, 'id' | 'code' | 'name'>
export type PcnRow = Pick<Selectable<PcnTable>, 'id' | 'code' | 'name'>
export type PracticeRow = Pick<Selectable<PracticeTable>, 'id' | 'code' | 'name' | 'pcn_id'> & {
  /** with a space between two */
  tags?: string
}
export type ComponentRow = Pick<Selectable<ComponentTable>, 'id' | 'kind' | 'name' | 'version' | 'version_key'>
export type IncidentRow = Pick<Selectable<IncidentTable>, 'id' | 'title' | 'resolved_at'>

/** Columns of `machine` that a query can ask for. */
export const MACHINE_COLUMNS = [
  'id',
  'name',
  'practice_id',
  'region_id',
  'state',
  'state_since',
  'model',
  'serial_number',
  'os_name',
  'first_seen',
  'last_seen',
  'last_boot_at',
  'last_crash_at',
  'last_crash_stop',
  'last_crash_culprit',
  'unmanaged',
  'agent_version',
] as const satisfies (keyof MachineTable)[]

export type MachineRow = Pick<Selectable<MachineTable>, (typeof MACHINE_COLUMNS)[number]>
