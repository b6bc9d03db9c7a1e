import { type Kysely, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, type Migration as KyselyMigration, Migrator } from 'kysely/migration'
import { up as fleet } from './migrations/0001-fleet.ts'
import { up as journal } from './migrations/0002-journal.ts'
import { up as people } from './migrations/0003-people.ts'
import { up as incidents } from './migrations/0030-incidents.ts'
import { up as crashCulprit } from './migrations/0031-crash-culprit.ts'
import { up as reportSecret } from './migrations/0032-report-secret.ts'
import { up as reachability } from './migrations/0033-reachability.ts'
import { up as machineIndexes } from './migrations/0034-machine-indexes.ts'
import { up as revocation } from './migrations/0040-revocation.ts'
import { up as probation } from './migrations/0041-probation.ts'
import { up as sharedComponents } from './migrations/0042-shared-components.ts'
import { up as tokenMakers } from './migrations/0043-token-makers.ts'
import { up as machineKeys } from './migrations/0044-machine-keys.ts'
import { up as preferences } from './migrations/0050-preferences.ts'
import { up as firstFailure } from './migrations/0051-first-failure.ts'
import { up as channelOptions } from './migrations/0052-channel-options.ts'
import { up as retirement } from './migrations/0060-retirement.ts'
import { up as versions } from './migrations/0080-versions.ts'
import { up as feedback } from './migrations/0081-feedback.ts'
import { up as trends } from './migrations/0085-trends.ts'
import { up as cluster } from './migrations/0090-cluster.ts'
import { up as messages } from './migrations/0115-messages.ts'
import { up as standby } from './migrations/0150-standby.ts'
import { up as allNew } from './migrations/0151-all-new.ts'
import { up as stuckEdges } from './migrations/0152-stuck-edges.ts'
import { up as regionTiles } from './migrations/0160-region-tiles.ts'
import { up as sharedQuestions } from './migrations/0161-shared-questions.ts'
import { up as providerSessions } from './migrations/0170-provider-sessions.ts'
import { up as usedNonces } from './migrations/0171-used-nonces.ts'
import { up as successors } from './migrations/0174-successors.ts'
import { up as copiedBoards } from './migrations/0180-copied-boards.ts'
import { up as days } from './migrations/0190-days.ts'
import { up as beats } from './migrations/0191-beats.ts'
import { auditChain, places, sessions, signIn } from './migrations/access.ts'
import type { DatabaseKind, Migration } from './migrations/columns.ts'
import { OF_PRACTICES } from './migrations/of-practices.ts'

/** In order; a migration that was released is never changed, only followed by another. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-fleet': fleet,
  '0002-journal': journal,
  '0003-people': people,
  '0030-incidents': incidents,
  '0031-crash-culprit': crashCulprit,
  '0032-report-secret': reportSecret,
  '0033-reachability': reachability,
  '0034-machine-indexes': machineIndexes,
  '0040-revocation': revocation,
  '0041-probation': probation,
  '0042-shared-components': sharedComponents,
  '0043-token-makers': tokenMakers,
  '0044-machine-keys': machineKeys,
  '0045-audit-chain': auditChain,
  '0046-places': places,
  '0047-sign-in': signIn,
  '0050-preferences': preferences,
  '0051-first-failure': firstFailure,
  '0052-channel-options': channelOptions,
  ...OF_PRACTICES,
  '0060-retirement': retirement,
  '0080-versions': versions,
  '0081-feedback': feedback,
  '0085-trends': trends,
  '0090-cluster': cluster,
  '0115-messages': messages,
  '0130-sessions': sessions,
  '0150-standby': standby,
  '0151-all-new': allNew,
  '0152-stuck-edges': stuckEdges,
  '0160-region-tiles': regionTiles,
  '0161-shared-questions': sharedQuestions,
  '0170-provider-sessions': providerSessions,
  '0171-used-nonces': usedNonces,
  '0174-successors': successors,
  '0180-copied-boards': copiedBoards,
  '0190-days': days,
  '0191-beats': beats,
}

/** The database has tables of a later version of the program. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase'
  /** The version that used it last, where it said so. */
  readonly version: string | undefined

  constructor(migrations: readonly string[], version: string | undefined) {
    super(`it has ${migrations.join(', ')}`)
    this.version = version
  }
}

/**
 * Brings the tables up to this version of the program.
 * @throws NewerDatabase, which nothing was done to; Error when a migration fails
 */
export async function migrate<T>(db: Kysely<T>, kind: DatabaseKind): Promise<void> {
  await refuseNewer(db)
  const entries = Object.entries(MIGRATIONS).map(([name, m]): [string, KyselyMigration] => [
    name,
    { up: (inside) => m(inside, kind) },
  ])
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(entries) },
    // two that were made side by side come in whichever order they are merged
    allowUnorderedMigrations: true,
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

async function refuseNewer<T>(db: Kysely<T>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return
  const { rows } = await sql<{
    name: string
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db)
  const unknown = rows.map((row) => row.name).filter((name) => !(name in MIGRATIONS))
  if (unknown.length === 0) return
  const used = tables.some((table) => table.name === 'snapshot')
    ? await sql<{ body: string }>`select body from snapshot where name = 'program'`.execute(db)
    : undefined
  const version = /"version":"([\w.-]{1,40})"/.exec(used?.rows[0]?.body ?? '')?.[1]
  throw new NewerDatabase(unknown, version)
}
