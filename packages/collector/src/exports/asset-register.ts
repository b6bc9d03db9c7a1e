import type { MachineRow } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import type { Cell } from './csv.ts'
import { timeCell } from './csv.ts'
import { versions } from './machines-csv.ts'

/**
 * The register of hardware and software assets that the NHS Data Security and Protection Toolkit asks practices for
 * (assertion 1.1 on information assets, 8.1 on software and unsupported systems), as far as agents know it. Owner, place
 * in the building and disposal are for the practice to add: their columns are there and empty.
 */
export const ASSET_COLUMNS = [
  'asset_id',
  'computer_name',
  'organisation_code',
  'organisation',
  'maker',
  'model',
  'serial_number',
  'operating_system',
  'windows_build',
  'security_products',
  'security_definitions',
  'disk_encrypted',
  'first_seen',
  'last_seen',
  'in_use',
  'asset_owner',
  'location',
  'disposed_on',
] as const

/** What the register needs beside the list's row. */
export interface AssetFacts {
  readonly maker: string | null
  readonly serialNumber: string | null
  readonly osName: string | null
  readonly bitlocker: boolean | null
  readonly firstSeen: number
}

/** A machine that was not heard for this long is taken as no longer in use: somebody should look for it. */
const IN_USE_MS = 30 * DAY

export function assetCells(row: MachineRow, facts: AssetFacts | undefined, now: number): Cell[] {
  const encrypted = facts?.bitlocker ?? null
  return [
    row.id,
    row.name,
    row.practice?.code ?? '',
    row.practice?.name ?? '',
    facts?.maker ?? '',
    row.model,
    facts?.serialNumber ?? '',
    facts?.osName ?? '',
    row.os?.version ?? '',
    versions(row.sensors),
    versions(row.contents),
    encrypted === null ? 'not known' : encrypted ? 'yes' : 'no',
    facts ? timeCell(facts.firstSeen) : '',
    timeCell(row.lastSeen),
    now - row.lastSeen < IN_USE_MS ? 'yes' : 'not seen for 30 days',
    '',
    '',
    '',
  ]
}
