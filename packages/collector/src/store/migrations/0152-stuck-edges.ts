import type { Kysely } from 'kysely'
import type { DatabaseKind } from './columns.ts'

/** For how long an edge has stored nothing of what waits there, milliseconds: what it cannot tell is no silence of machines. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  await db.schema
    .alterTable('edge')
    .addColumn('stuck', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
}
