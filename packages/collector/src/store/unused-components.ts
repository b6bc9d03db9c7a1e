import type { Db } from './store.ts'

/** Components that nobody has: when those go that one machine had, and those that more had. Times are ms epoch. */
export interface Unused {
  readonly before: number
  readonly sharedBefore: number
}

/** Rows of one step: about 20 ms. */
const ROWS_PER_STEP = 200

/** Deletes a bounded number of components that nobody has any more and no incident names. @returns their ids */
export async function deleteUnusedComponents(db: Db, { before, sharedBefore }: Unused): Promise<number[]> {
  const rows = await db
    .selectFrom('component as c')
    .select('c.id')
    .where('c.first_seen', '<', before)
    .where((e) =>
      e.not(
        e.exists(e.selectFrom('machine_component as m').select('m.machine_id').whereRef('m.component_id', '=', 'c.id')),
      ),
    )
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('exposure as x')
            .select('x.machine_id')
            .whereRef('x.component_id', '=', 'c.id')
            .where((y) =>
              y.or([
                y('x.until', 'is', null),
                y.and([y('c.shared', '=', 0), y('x.until', '>=', before)]),
                y.and([y('c.shared', '=', 1), y('x.until', '>=', sharedBefore)]),
              ]),
            ),
        ),
      ),
    )
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('incident as i')
            .select('i.id')
            .where((y) =>
              y.or([y('i.cause_component_id', '=', y.ref('c.id')), y('i.partner_component_id', '=', y.ref('c.id'))]),
            ),
        ),
      ),
    )
    .limit(ROWS_PER_STEP)
    .execute()
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return ids
  await db.deleteFrom('exposure').where('component_id', 'in', ids).execute()
  await db.deleteFrom('component').where('id', 'in', ids).execute()
  return ids
}
