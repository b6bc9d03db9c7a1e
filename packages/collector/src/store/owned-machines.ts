import type { Db, Reader, Store } from './store.ts'
import type { Row } from './tables.ts'

/** Rows of one transaction: about 30 ms, between which agents' events are written. */
const ROWS_PER_COMMIT = 400
/** Rows of one read. */
const PAGE = 5_000
/** Days of the trend that are shown. */
const DAYS = 400

/** Every machine of every list, page by page in the order of the key. */
export async function* ownedMachines(db: Reader): AsyncGenerator<Row<'owned_machine'>[]> {
  let last: { source: string; machine_key: string } | undefined
  for (;;) {
    const after = last
    let query = db.selectFrom('owned_machine').selectAll().orderBy('source').orderBy('machine_key').limit(PAGE)
    if (after)
      query = query.where((eb) =>
        eb.or([
          eb('source', '>', after.source),
          eb.and([eb('source', '=', after.source), eb('machine_key', '>', after.machine_key)]),
        ]),
      )
    const rows = await query.execute()
    yield rows
    last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
  }
}

/** Puts the list of a source in the place of the one before: first what is new, then what is gone, so that none is missed. */
export async function replaceOwned(
  store: Store,
  source: string,
  rows: readonly Row<'owned_machine'>[],
  at: number,
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_COMMIT)
    await store.transaction((tx) =>
      tx
        .insertInto('owned_machine')
        .values(rows.slice(from, from + ROWS_PER_COMMIT))
        .onConflict((c) =>
          c.columns(['source', 'machine_key']).doUpdateSet((eb) => ({
            name: eb.ref('excluded.name'),
            serial: eb.ref('excluded.serial'),
            practice_code: eb.ref('excluded.practice_code'),
            last_seen: eb.ref('excluded.last_seen'),
            listed_at: eb.ref('excluded.listed_at'),
          })),
        )
        .execute(),
    )
  await store.db.deleteFrom('owned_machine').where('source', '=', source).where('listed_at', '<', at).execute()
}

export async function putCoverageDay(db: Db, row: Row<'coverage_day'>): Promise<void> {
  const { day: _day, ...change } = row
  await db
    .insertInto('coverage_day')
    .values(row)
    .onConflict((c) => c.column('day').doUpdateSet(change))
    .execute()
}

/** The last days that were counted, oldest first. */
export async function coverageDays(db: Reader): Promise<Row<'coverage_day'>[]> {
  return (await db.selectFrom('coverage_day').selectAll().orderBy('day', 'desc').limit(DAYS).execute()).reverse()
}
