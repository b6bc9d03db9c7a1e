import type { Kysely } from 'kysely'
import { index } from './columns.ts'

/**
 * Which computers are copies of a machine is known for good: two that are never on at once took turns before. And a computer is
 * found again by its board, which a new Windows on it leaves as it was, or by its
 * name.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('machine_identity').addColumn('copied_hardware', 'text').execute()
  await index(db, 'machine_identity', 'hardware')
  await index(db, 'machine', 'name', 'practice_id')
}
