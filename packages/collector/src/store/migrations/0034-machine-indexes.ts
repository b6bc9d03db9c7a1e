import type { Kysely } from 'kysely'

/**
 * Queries are answered from columns in memory: what stood here for them made each write of a machine twice as dear, and the
 * file 40 % larger.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const columns of [
    'region_id',
    'state_id',
    'last_crash_at',
    'last_crash_stop',
    'search',
    'last_seen',
    'lower_last_crash_culprit',
    'lower_model',
  ])
    await db.schema.dropIndex(`machine_by_${columns}`).execute()
  await db.schema.alterTable('machine').dropColumn('search').execute()
}
