import { inParts } from './in-parts.ts'
import type { Reader } from './store.ts'
import type { Row } from './tables.ts'
import { tagsOfPractices } from './tags.ts'

/** Components that came into the dictionary after the id `after`. */
export async function newComponents(
  db: Reader,
  after: number,
): Promise<Pick<Row<'component'>, 'id' | 'kind' | 'name' | 'version' | 'version_key'>[]> {
  return db
    .selectFrom('component')
    .select(['id', 'kind', 'name', 'version', 'version_key'])
    .where('id', '>', after)
    .orderBy('id')
    .execute()
}

export async function componentsByIds(
  db: Reader,
  ids: readonly number[],
): Promise<Pick<Row<'component'>, 'id' | 'kind' | 'name' | 'version' | 'version_key'>[]> {
  return inParts(ids, (part) =>
    db
      .selectFrom('component')
      .select(['id', 'kind', 'name', 'version', 'version_key'])
      .where('id', 'in', part)
      .execute(),
  )
}

export async function practicesByIds(
  db: Reader,
  ids: readonly number[],
): Promise<(Pick<Row<'practice'>, 'id' | 'code' | 'name' | 'pcn_id'> & { tags: string })[]> {
  const tags = await tagsOfPractices(db, ids)
  const rows = await inParts(ids, (part) =>
    db.selectFrom('practice').select(['id', 'code', 'name', 'pcn_id']).where('id', 'in', part).execute(),
  )
  return rows.map((row) => ({ ...row, tags: tags.get(row.id) ?? '' }))
}

type Place = Pick<Row<'region'>, 'id' | 'code' | 'name'>

/** Every region and network: some hundreds. */
export async function allPlaces(db: Reader): Promise<{ regions: Place[]; pcns: Place[] }> {
  const columns = ['id', 'code', 'name'] as const
  return {
    regions: await db.selectFrom('region').select(columns).execute(),
    pcns: await db.selectFrom('pcn').select(columns).execute(),
  }
}
