import type { CollectorHealth, PracticesImport } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../../config/index.ts'
import type { Coverage } from '../../coverage/coverage.ts'
import type { Enrolment } from '../../enrol/enrolment.ts'
import type { Retirement } from '../../enrol/retirement.ts'
import type { Changes } from '../../fleet/changes.ts'
import type { FleetReader } from '../../fleet/fleet.ts'
import type { IncidentDesk, Incidents } from '../../incidents/index.ts'
import type { Ingest } from '../../ingest/ingest.ts'
import type { Journal } from '../../ingest/journal.ts'
import type { MaintenanceWindows } from '../../jobs/maintenance/windows.ts'
import type { ChannelSeals, Notifier } from '../../jobs/notify/index.ts'
import type { Questions } from '../../jobs/questions/questions.ts'
import type { Logger } from '../../log/logger.ts'
import type { Trace } from '../../log/trace.ts'
import type { Passwords, RecentActors, Seals } from '../../people/index.ts'
import type { Feedback } from '../../pipeline/feedback.ts'
import type { Desk } from '../../places/desk.ts'
import type { PracticeReader } from '../../practices/book.ts'
import type { ImportOptions } from '../../practices/import.ts'
import type { FleetIndex } from '../../search/fleet-index.ts'
import type { LiveSettings } from '../../settings/live-settings.ts'
import type { Store } from '../../store/index.ts'
import type { ClinicalSystem } from '../../verdicts/clinical-system.ts'
import type { VersionBook } from '../../versions/index.ts'

/** The finished parts that the API answers from; ../../compose makes them. */
export interface ServeContext {
  readonly config: Pick<
    Config,
    'breakGlass' | 'commons' | 'dataDir' | 'demo' | 'host' | 'mail' | 'oidc' | 'port' | 'publicUrl' | 'tls'
  >
  readonly clock: Clock
  /** Whether the present time can be believed. */
  readonly clocks: { readonly mayDelete: boolean }
  readonly log: Logger
  /** Told how long what takes, where traces are sent somewhere. */
  readonly trace: Trace | undefined
  readonly store: Store
  readonly settings: LiveSettings
  /** Who asked lately. */
  readonly recent: RecentActors
  readonly passwords: Passwords
  /** How second factors' secrets are kept. */
  readonly seals: Seals
  /** How channels' addresses and secrets are kept. */
  readonly channelSeals: ChannelSeals
  /** Every machine, in memory. */
  readonly fleet: FleetReader
  /** Every practice, in memory. */
  readonly book: PracticeReader
  readonly changes: Changes
  /** What is being stored, for figures. */
  readonly ingest: Pick<Ingest, 'stored'>
  readonly journal: Pick<Journal, 'onCommit' | 'waiting'>
  /** Incidents in memory, and what people do with them. */
  readonly incidents: Pick<Incidents, 'active' | 'get' | 'view'>
  readonly desk: Desk
  /** Says afterwards that work was planned; of the whole fleet. */
  readonly plan: IncidentDesk['plan']
  readonly feedback: Pick<Feedback, 'give' | 'summary'>
  /** Who can reach which service now. */
  readonly clinicalSystem: Pick<ClinicalSystem, 'practices'>
  /** What can be said of each version. */
  readonly versions: Pick<VersionBook, 'answer' | 'ranked' | 'verdict'>
  /** What searches and facets are answered from. */
  readonly index: FleetIndex
  /** Who may come in, and who no longer. */
  readonly enrolment: Pick<Enrolment, 'reinstate' | 'revoke' | 'vouch'>
  readonly notifier: Pick<Notifier, 'hold' | 'preview' | 'test'>
  readonly windows: Pick<MaintenanceWindows, 'machinesOf' | 'read'>
  readonly retirement: Retirement
  /** What the organisation owns beside what is watched. */
  readonly coverage: Coverage
  /** Saved questions, asked. */
  readonly questions: Pick<Questions, 'count'>
  readonly health: () => CollectorHealth
  /** Takes over a file of practices, in the store and in memory. */
  readonly importPractices: (text: string, options: ImportOptions) => Promise<PracticesImport>
  /** Told when somebody changed a practice. */
  readonly onPractice: (id: number) => Promise<void>
  /** Told of machines of which somebody said something that their rows in lists show. */
  readonly onMachines: (ids: readonly number[]) => void
  /** Told when a person of a practice says that a machine does not start; ms epoch. */
  readonly onReported: (machine: number, at: number) => void
  /** What links of cards and messages are signed with. */
  readonly linkKey: () => Promise<string>
  /** What agents and browsers see of this collector; undefined where it ends no TLS. */
  readonly certificate: { readonly endsAt: number; readonly issuer: string } | undefined
  /** When this collector started, ms epoch. */
  readonly startedAt: number
  /** The program's version. */
  readonly version: string
  /** Folder with the dashboard's built files; absent where it was not built. */
  readonly webDir: string | undefined
}

/** Those of the whole fleet, that others are made from. */
export interface WholeContext extends ServeContext {
  readonly desk: IncidentDesk
}
