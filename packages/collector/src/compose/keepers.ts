import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../config/index.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { Certificate } from '../gateway/certificate.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Journal } from '../ingest/journal.ts'
import { ClockKeeper } from '../jobs/clock-keeper.ts'
import { Health } from '../jobs/health.ts'
import { StoreKeeper } from '../jobs/store-keeper.ts'
import type { Logger } from '../log/logger.ts'
import type { DamagedRows } from '../store/damaged-rows.ts'
import type { ClaimedStore } from './open-store.ts'

interface Kept extends ClaimedStore {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly journal: Journal
  readonly fleet: Fleet
  readonly ingest: Ingest
  readonly damaged: DamagedRows
  readonly startedAt: number
  /** When the newest event was received that the store had at the start, ms epoch. */
  readonly newestBefore: number | undefined
  /** Where a brain listens already. */
  readonly certificate: Certificate | undefined
}

/** What they are. */
export interface Keepers {
  /** Whether what happens can be stored. */
  readonly keeper: StoreKeeper
  /** Whether the time can be believed. */
  readonly clocks: ClockKeeper
  readonly health: Health
  /** What agents and browsers see of this collector; undefined where it ends no TLS. */
  readonly certificate: Certificate | undefined
}

/** Those who look whether the collector itself is well: its database, its clock, and what they and others say of it. */
export function startKeepers(kept: Kept): Keepers {
  const certificate = kept.certificate ?? Certificate.open(kept.config, kept.clock, kept.log)
  const keeper = new StoreKeeper({ ...kept, where: whereIs(kept.config.database) })
  const clocks = new ClockKeeper(kept)
  const health = new Health({ ...kept, keeper })
  health.also(() => clocks.problem)
  health.also(() => certificate?.problem)
  return { keeper, clocks, health, certificate }
}

/** For people, without a password. */
export function whereIs(database: Config['database']): string {
  if (database.kind === 'sqlite') return `the database ${database.file}`
  return `the database server ${URL.canParse(database.url) ? new URL(database.url).host : 'PUMPHANDLE_DATABASE'}`
}
