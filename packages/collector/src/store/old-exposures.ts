import type { Db, Reader } from './store.ts'

/** Rows of one step: some milliseconds of the database's time. */
const ROWS_PER_STEP = 250

/** The next components after `after`, by id, that the fleet had before `before`. */
export async function oldComponents(db: Reader, after: number, before: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('component')
    .select('id')
    .where('id', '>', after)
    .where('first_seen', '<', before)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/**
 * Deletes stretches of time that ended before `before`, in which machines had a component: a bounded number, the oldest
 * first. What a machine still has stays, however old.
 * @returns whether there may be more
 */
export async function deleteOldExposures(db: Db, component: number, before: number): Promise<boolean> {
  const old = await db
    .selectFrom('exposure')
    .select(['machine_id', 'since'])
    .where('component_id', '=', component)
    .where('since', '<', before)
    .where('until', '<', before)
    .orderBy('since')
    .limit(ROWS_PER_STEP)
    .execute()
  const last = old.at(-1)
  if (!last) return false
  await db
    .deleteFrom('exposure')
    .where('component_id', '=', component)
    .where('since', '<=', last.since)
    .where('until', '<', before)
    .where(
      'machine_id',
      'in',
      old.map((row) => row.machine_id),
    )
    .execute()
  return old.length === ROWS_PER_STEP
}
