import type { Kysely } from 'kysely'

/** Where a region's tile lies on the map, as an import says: from the north and from the west, from 1. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['tile_row', 'tile_column'])
    await db.schema.alterTable('region').addColumn(column, 'integer').execute()
}
