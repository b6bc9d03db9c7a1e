import { sql } from 'kysely'
import type { ComponentKind } from './schema.ts'
import type { Reader } from './store.ts'
import type { Row } from './tables.ts'

/** A fleet of fewer machines sees everything: there every machine is somebody's own. */
const SMALL_FLEET = 20

/** Whether lists show what only one machine ever had, in a fleet of so many machines. */
export function showsAlone(fleetSize: number): boolean {
  return fleetSize < SMALL_FLEET
}

/** Components of a kind and name, or all; by id, after `after`. */
export async function listComponents(
  db: Reader,
  wanted: {
    kind?: ComponentKind | undefined
    name?: string | undefined
    firstSeenAfter?: number
    kinds?: ComponentKind[]
    /** Those too that only one machine ever had. */
    alone: boolean
  },
  after = 0,
  limit = 100_000,
): Promise<Row<'component'>[]> {
  let query = db.selectFrom('component').selectAll().where('id', '>', after).orderBy('id').limit(limit)
  if (!wanted.alone) query = query.where('shared', '=', 1)
  if (wanted.kind !== undefined) query = query.where('kind', '=', wanted.kind)
  if (wanted.kinds !== undefined) query = query.where('kind', 'in', wanted.kinds)
  if (wanted.name !== undefined) query = query.where('name', '=', wanted.name)
  if (wanted.firstSeenAfter !== undefined) query = query.where('first_seen', '>', wanted.firstSeenAfter)
  return query.execute()
}

/** Machines that had a blue screen with each component, by the bucket of `at` that it happened in. */
export async function failuresOf(
  db: Reader,
  ids: readonly number[],
  from: number,
  bucketMs: number,
): Promise<{ id: number; at: number; n: number }[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('crash')
    .innerJoin('exposure', 'exposure.machine_id', 'crash.machine_id')
    .select((e) => [
      'exposure.component_id as id',
      sql<number>`crash.at - crash.at % ${bucketMs}`.as('bucket'),
      e.fn.count<number>('crash.machine_id').distinct().as('n'),
    ])
    .where('crash.at', '>=', from)
    .where('crash.kind', '=', 'bugcheck')
    .where('exposure.component_id', 'in', ids)
    .where(sql<boolean>`crash.at >= exposure.since and (exposure.until is null or crash.at < exposure.until)`)
    .groupBy(['id', 'bucket'])
    .execute()
  return rows.map((row) => ({ id: row.id, at: Number(row.bucket), n: Number(row.n) }))
}

/** Machines that had each component at `from`, and how many came and went in each bucket since. */
export async function adoptionOf(
  db: Reader,
  ids: readonly number[],
  from: number,
  bucketMs: number,
): Promise<{ id: number; at: number; change: number }[]> {
  if (ids.length === 0) return []
  const bucketOf = (column: 'since' | 'until') =>
    sql<number>`case when ${sql.ref(column)} < ${from} then 0 else ${sql.ref(column)} - ${sql.ref(column)} % ${bucketMs} end`
  const came = await db
    .selectFrom('exposure')
    .select((e) => ['component_id as id', bucketOf('since').as('at'), e.fn.countAll<number>().as('n')])
    .where('component_id', 'in', ids)
    .groupBy(['id', 'at'])
    .execute()
  const went = await db
    .selectFrom('exposure')
    .select((e) => ['component_id as id', bucketOf('until').as('at'), e.fn.countAll<number>().as('n')])
    .where('component_id', 'in', ids)
    .where('until', 'is not', null)
    .groupBy(['id', 'at'])
    .execute()
  return [
    ...came.map((row) => ({ id: row.id, at: Number(row.at), change: Number(row.n) })),
    ...went.map((row) => ({ id: row.id, at: Number(row.at), change: -Number(row.n) })),
  ]
}
