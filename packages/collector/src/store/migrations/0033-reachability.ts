import type { Kysely } from 'kysely'
import { index } from './columns.ts'

/** A start reads what was measured lately, without reading what else is known of every machine. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await index(db, 'machine_detail', 'reachability_at')
}
