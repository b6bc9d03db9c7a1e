import { inParts } from './in-parts.ts'
import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'
import { tagsOfPractices } from './tags.ts'

/** A practice with the names of where it belongs. */
export interface PracticeEntry extends Row<'practice'> {
  readonly regionCode: string | null
  readonly regionName: string | null
  readonly tile_row: number | null
  readonly tile_column: number | null
  readonly pcnCode: string | null
  readonly pcnName: string | null
  /** With a space between two. */
  readonly tags: string
}

/** These practices, or all: some thousands; by id. */
export async function allPractices(db: Reader, ids?: readonly number[]): Promise<PracticeEntry[]> {
  const practices = db
    .selectFrom('practice')
    .leftJoin('region', 'region.id', 'practice.region_id')
    .leftJoin('pcn', 'pcn.id', 'practice.pcn_id')
    .selectAll('practice')
    .select(['region.tile_row', 'region.tile_column'])
    .select(['region.code as regionCode', 'region.name as regionName', 'pcn.code as pcnCode', 'pcn.name as pcnName'])
    .orderBy('practice.id')
  const rows = ids
    ? await inParts(ids, (part) => practices.where('practice.id', 'in', part).execute())
    : await practices.execute()
  const tags = await tagsOfPractices(db, ids)
  return rows.map((row) => ({ ...row, tags: tags.get(row.id) ?? '' }))
}

export async function changePractice(
  db: Db,
  id: number,
  change: Partial<Pick<Row<'practice'>, 'opening_hours' | 'contacts'>>,
): Promise<void> {
  await db.updateTable('practice').set(change).where('id', '=', id).execute()
}
