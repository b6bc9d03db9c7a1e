import type { ComponentRef, MachineRow } from '@pumphandle/shared/api'
import { type Cell, timeCell } from './csv.ts'

/** Columns of the machines' CSV: those of the list, one value a cell. */
export const MACHINE_COLUMNS = [
  'id',
  'name',
  'practice_code',
  'practice',
  'region',
  'network',
  'state',
  'state_since',
  'state_reason',
  'model',
  'windows',
  'sensors',
  'contents',
  'last_seen',
  'last_boot',
  'last_crash',
  'last_crash_stop',
  'last_crash_culprit',
  'cohort',
  'tags',
] as const

export function machineCells(row: MachineRow): Cell[] {
  return [
    row.id,
    row.name,
    row.practice?.code ?? '',
    row.practice?.name ?? '',
    row.practice?.region ?? '',
    row.practice?.pcn ?? '',
    row.state,
    timeCell(row.stateSince),
    row.stateReason,
    row.model,
    row.os?.version ?? '',
    versions(row.sensors),
    versions(row.contents),
    timeCell(row.lastSeen),
    timeCell(row.lastBootAt),
    timeCell(row.lastCrashAt),
    row.lastCrashStop,
    row.lastCrashCulprit,
    row.cohort,
    row.tags.join(' '),
  ]
}

export function versions(components: readonly ComponentRef[]): string {
  return components.map(({ name, version }) => `${name} ${version}`).join('; ')
}
