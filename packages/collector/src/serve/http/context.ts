import type { CollectorHealth, PracticesImport, Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../../config/index.ts'
import type { Changes } from '../../fleet/changes.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import type { IncidentDesk, Incidents } from '../../incidents/index.ts'
import type { Logger } from '../../log/logger.ts'
import type { PracticeBook } from '../../practices/book.ts'
import type { ImportOptions } from '../../practices/import.ts'
import type { Store } from '../../store/index.ts'

/** Everything that the API stands on. The core makes it once; tests make their own over a real store. */
export interface ServeContext {
  readonly config: Pick<
    Config,
    | 'alarmBudget'
    | 'bootLoop'
    | 'demo'
    | 'host'
    | 'mail'
    | 'port'
    | 'probes'
    | 'publicUrl'
    | 'retentionDays'
    | 'timeZone'
    | 'tls'
    | 'trustProxy'
  >
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  /** Every machine, in memory. */
  readonly fleet: Fleet
  /** Every practice, in memory. */
  readonly book: PracticeBook
  readonly changes: Changes
  /** Incidents in memory, and what people do with them. */
  readonly incidents: Incidents
  readonly desk: IncidentDesk
  /** Failures of machines under maintenance are kept from it. */
  readonly detection: { muted: (machine: number) => boolean }
  readonly health: () => CollectorHealth
  /** Told when an admin changed settings, so that they hold at once. */
  readonly onSettings?: (settings: Settings) => void
  /** Takes over a file of practices, in the store and in memory. */
  readonly importPractices: (text: string, options: ImportOptions) => Promise<PracticesImport>
  /** Told when somebody changed a practice. */
  readonly onPractice: (id: number) => Promise<void>
  /** The program's version. */
  readonly version: string
  /** Folder with the dashboard's built files; absent where it was not built. */
  readonly webDir: string | undefined
}
