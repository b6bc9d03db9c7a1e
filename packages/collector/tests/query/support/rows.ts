import { versionKey } from '@pumphandle/shared/versions'
import type { MachineRow } from '../../../src/query/index.ts'
import type { ComponentKind } from '../../../src/store/schema.ts'
import { NOW } from './values.ts'

/** A machine that is well and of which little is known, but for what is given. */
export function machineRow(id: number, given: Partial<MachineRow> = {}): MachineRow {
  return {
    id,
    name: `PC${id}`,
    practice_id: null,
    region_id: null,
    state: 'healthy',
    state_since: NOW,
    model: null,
    serial_number: null,
    os_name: null,
    first_seen: NOW,
    last_seen: NOW,
    last_boot_at: null,
    last_crash_at: null,
    last_crash_stop: null,
    last_crash_culprit: null,
    unmanaged: 0,
    agent_version: null,
    ...given,
  }
}

export function componentRow(id: number, kind: ComponentKind, name: string, version: string) {
  return { id, kind, name, version, version_key: versionKey(version) }
}
