import type { Kysely } from 'kysely'
import { asciiLower, type DatabaseKind } from './columns.ts'

/** Culprits are compared without case, so that an index on the column as it is was of no use. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  await db.schema.dropIndex('crash_by_culprit_at').execute()
  await db.schema
    .createIndex('crash_by_lower_culprit_at')
    .on('crash')
    .expression(asciiLower(kind, 'culprit'))
    .column('at')
    .execute()
}
