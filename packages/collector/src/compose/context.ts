import type { CollectorHealth, PracticesImport } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { BrainState } from '../cluster/brain-state.ts'
import type { Config } from '../config/index.ts'
import type { Enrolment } from '../enrol/enrolment.ts'
import type { Retirement } from '../enrol/retirement.ts'
import type { Changes } from '../fleet/changes.ts'
import type { Fleet, FleetOptions } from '../fleet/fleet.ts'
import type { IncidentDesk, Incidents } from '../incidents/index.ts'
import type { Follower } from '../ingest/follower.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Journal } from '../ingest/journal.ts'
import type { Logger } from '../log/logger.ts'
import type { Trace } from '../log/trace.ts'
import type { FleetView } from '../model/fleet-view.ts'
import type { Detection } from '../pipeline/detection.ts'
import type { Feedback } from '../pipeline/feedback.ts'
import type { UnderMaintenance } from '../pipeline/under-maintenance.ts'
import type { PracticeBook } from '../practices/book.ts'
import type { ImportOptions } from '../practices/import.ts'
import type { FleetIndex } from '../search/fleet-index.ts'
import type { LiveSettings } from '../settings/live-settings.ts'
import type { Claim, Store } from '../store/index.ts'
import type { Identity } from './identity.ts'
import type { Keepers } from './keepers.ts'
import type { ClaimedStore } from './open-store.ts'

/** Everything between the wire and the API, made once from the configuration and handed to those who need a part. */
export interface Context {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly trace: Trace | undefined
  readonly store: Store
  /** What searches are answered from, once it was started. */
  readonly index: FleetIndex
  readonly settings: LiveSettings
  readonly changes: Changes
  readonly fleet: Fleet
  /** Every practice, in memory. */
  readonly book: PracticeBook
  /** The fleet as incidents see it. */
  readonly view: FleetView
  readonly journal: Journal
  readonly ingest: Ingest
  /** Told of what machines did: by ingest in this process, by a brain's reader of the journal. */
  readonly follower: Follower
  readonly enrolment: Enrolment
  readonly retirement: Retirement
  /** Who machines are, and how they prove it. */
  readonly identity: Identity
  /** Which machines are under maintenance, whose failures are planned. */
  readonly maintenance: UnderMaintenance
  readonly detection: Detection
  readonly incidents: Incidents
  readonly desk: IncidentDesk
  /** What people said of incidents that were over. */
  readonly feedback: Feedback
  readonly health: () => CollectorHealth
  /** What agents and browsers see of this collector; undefined where it ends no TLS. */
  readonly certificate: Keepers['certificate']
  /** Notices jumps of the computer's clock. */
  readonly clocks: Keepers['clocks']
  /** Where jobs say what is wrong with them. */
  readonly healthParts: Pick<Keepers['health'], 'also' | 'learns'>
  /** The right to be the only collector on the store; given back by {@link close}, and by the kernel at a kill. */
  readonly claim: Claim
  /** Whether what happens can be stored. */
  readonly keeper: Keepers['keeper']
  /** Takes over a file of practices, in the store and everywhere that practices are kept in memory. */
  readonly importPractices: (text: string, options: ImportOptions) => Promise<PracticesImport>
  /** Told when somebody changed a practice; what others write to a PostgreSQL is noticed within a minute. */
  readonly onPractice: (id: number) => Promise<void>
  readonly onMachines: (ids: readonly number[]) => void
  /** When this collector started, ms epoch. */
  readonly startedAt: number
  readonly version: string
  /** Stops the timers, stores what was received, closes the database. */
  close(): Promise<void>
}

/** The store that a brain opened as the active one, and what it goes on from. */
export interface ActiveBrain {
  readonly claimed: ClaimedStore
  readonly state: BrainState
  readonly certificate: Keepers['certificate']
}

/** What tests and the simulator put in place of the real thing. */
export interface Overrides {
  readonly clock?: Clock
  readonly log?: Logger
  /** Told how long what takes, where traces are sent somewhere. */
  readonly trace?: Trace | undefined
  /** Presence in virtual time; see {@link FleetOptions}. */
  readonly lastHeard?: FleetOptions['lastHeard']
  /** Frames a minute from one connection: a benchmark's few senders stand for many. */
  readonly maxFramesPerMinute?: number
  /** Told how long after it was written a brain took each row of the journal, ms; for benchmarks. */
  readonly onTaken?: (lagMs: number) => void
}
