import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { SPOOL_FILE, sqliteOptions } from './database.ts'
import { OFFLINE_SINCE, type Offline } from './network-loss.ts'

/** What waits in a spool, read beside the agent that writes it. */
export interface SpoolSummary {
  /** Waiting events by type. */
  waiting: Record<string, number>
  /** Since when no collector was reached, milliseconds since 1970. */
  offlineSince?: number
}

/** Undefined where there is no spool, or none that can be read. */
export function spoolSummary(folder: string): SpoolSummary | undefined {
  const path = join(folder, SPOOL_FILE)
  if (!existsSync(path)) return undefined
  try {
    const database = new Sqlite(path, { ...sqliteOptions(), readonly: true })
    try {
      const rows = database
        .prepare<[], { type: string; count: number }>('SELECT type, count(*) AS count FROM events GROUP BY type')
        .all()
      const offline = database
        .prepare<[string], { value: string }>('SELECT value FROM memory WHERE key = ?')
        .get(OFFLINE_SINCE)
      const since = offline && (JSON.parse(offline.value) as Offline | null)?.since
      return {
        waiting: Object.fromEntries(rows.map(({ type, count }) => [type, count])),
        ...(since !== undefined && { offlineSince: since }),
      }
    } finally {
      database.close()
    }
  } catch {
    return undefined
  }
}
