import type { CrashRow } from '@pumphandle/shared/api'
import { CrashEvent } from '@pumphandle/shared/wire'
import type { Row } from '../../store/index.ts'
import { readJson } from '../../store/read-json.ts'

/** Crashes as their events tell them, without those that nobody can read. */
export function crashRows(rows: readonly Row<'event'>[]): CrashRow[] {
  return rows.flatMap((row) => {
    const event = readJson(CrashEvent, row.payload, { table: 'event', id: row.seq })
    return event ? crashRow(row, event) : []
  })
}

function crashRow(row: Row<'event'>, event: CrashEvent): CrashRow {
  return {
    id: row.event_id,
    at: row.at,
    kind: event.kind,
    stopCode: event.stopCode ?? null,
    stopName: event.stopName ?? null,
    parameters: event.parameters ?? [],
    culprit: event.culprit ?? null,
    uptimeSeconds: event.uptimeSeconds ?? null,
    process: event.process ?? null,
    module: event.module ?? null,
    dump: event.dump ?? null,
    drivers: (event.drivers ?? []).map((driver) => ({ name: driver.name, version: driver.version ?? null })),
    sources: event.sources ?? [],
    count: event.count ?? 1,
  }
}
