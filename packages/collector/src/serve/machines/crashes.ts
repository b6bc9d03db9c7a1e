import type { CrashRow } from '@pumphandle/shared/api'
import type { CrashEvent } from '@pumphandle/shared/wire'
import type { Row } from '../../store/index.ts'

/** A crash as its event tells it. */
export function crashRow(row: Row<'event'>): CrashRow {
  const event = JSON.parse(row.payload) as CrashEvent
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
