import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'

interface MachineRow {
  readonly id: number
  readonly name: string
  readonly model: string | null
  readonly practice: number | null
}

export interface PracticeRow {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly regionCode: string | null
  readonly regionName: string | null
  readonly pcnCode: string | null
  readonly pcnName: string | null
}

export interface ComponentRow {
  readonly machine: number
  readonly kind: string
  readonly name: string
  readonly version: string
}

export interface FleetRows {
  /** By practice, so that a practice's machines stand together. */
  readonly machines: readonly MachineRow[]
  readonly practices: readonly PracticeRow[]
  readonly components: readonly ComponentRow[]
}

/**
 * What a collector's SQLite file says of its fleet. Reads only, also while the collector runs.
 * @throws Error when the file is not there or is no collector's
 */
export function readRows(file: string): FleetRows {
  if (!existsSync(file)) throw new Error('there is no such file')
  const database = new Database(file, { readonly: true })
  try {
    const all = <T>(sql: string) => database.prepare<[], T>(sql).all()
    return {
      machines: all<MachineRow>(
        'SELECT id, name, model, practice_id AS practice FROM machine ORDER BY practice_id IS NULL, practice_id, id',
      ),
      practices: all<PracticeRow>(
        `SELECT p.id, p.code, p.name, r.code AS regionCode, r.name AS regionName, n.code AS pcnCode, n.name AS pcnName
         FROM practice p LEFT JOIN region r ON r.id = p.region_id LEFT JOIN pcn n ON n.id = p.pcn_id`,
      ),
      components: all<ComponentRow>(
        `SELECT m.machine_id AS machine, c.kind, c.name, c.version
         FROM machine_component m JOIN component c ON c.id = m.component_id`,
      ),
    }
  } finally {
    database.close()
  }
}
