import { type Kysely, sql } from 'kysely'

/**
 * Which machine stands in for one that was retired as it was enrolled anew. Until now only the sentence that says why it went
 * named it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('machine').addColumn('successor_id', 'bigint').execute()
  await sql`
    update machine set successor_id = (
      select by.id from machine as by where machine.retired_why = 'Enrolled anew as ' || by.uid
    ) where retired_why like 'Enrolled anew as %'`.execute(db)
}
