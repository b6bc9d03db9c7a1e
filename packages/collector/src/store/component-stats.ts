import { othersTurn } from '@pumphandle/shared/others-turn'
import { HOUR } from '@pumphandle/shared/time'
import { sql } from 'kysely'
import { inParts } from './in-parts.ts'
import type { ComponentKind } from './schema.ts'
import type { Reader } from './store.ts'
import type { Row } from './tables.ts'

/** How a component fared over a time: machines that failed while they had it, and how long machines had it. */
export interface ComponentStats {
  readonly id: number
  readonly failed: number
  readonly machineHours: number
}

/** A fleet of fewer machines sees everything: there every machine is somebody's own. */
const SMALL_FLEET = 20

/** Whether lists show what only one machine ever had, in a fleet of so many machines. */
export function showsAlone(fleetSize: number): boolean {
  return fleetSize < SMALL_FLEET
}

/** Components of one read: their exposures on 100,000 machines take about 40 ms. */
const COMPONENTS_PER_READ = 6

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

/**
 * Failures and machine-hours of components since a time. A failure is a machine's blue screen or its vanishing without a
 * goodbye; one machine counts once. Machine-hours are of machines that are enrolled, switched on or not.
 */
export async function componentStats(
  db: Reader,
  ids: readonly number[],
  since: number,
  now: number,
): Promise<Map<number, ComponentStats>> {
  if (ids.length === 0) return new Map()
  const failed = new Map(await inParts(ids, (part) => failedMachines(db, part, since)))
  const stats = new Map<number, ComponentStats>()
  for (let from = 0; from < ids.length; from += COMPONENTS_PER_READ)
    for (const { id, ms } of await exposedMs(db, ids.slice(from, from + COMPONENTS_PER_READ), since, now))
      stats.set(id, { id, failed: failed.get(id) ?? 0, machineHours: ms / HOUR })
  return stats
}

/** How long machines had each component since a time, all together. */
async function exposedMs(
  db: Reader,
  ids: readonly number[],
  since: number,
  now: number,
): Promise<{ id: number; ms: number }[]> {
  const rows = await db
    .selectFrom('exposure')
    .select([
      'component_id as id',
      sql<number>`sum(case when coalesce(until, ${now}) > ${since} then coalesce(until, ${now}) - case when since > ${since} then since else ${since} end else 0 end)`.as(
        'ms',
      ),
    ])
    .where('component_id', 'in', ids)
    .groupBy('component_id')
    .execute()
  // others have their turn: SQLite reads in this thread
  await othersTurn()
  return rows.map((row) => ({ id: row.id, ms: Number(row.ms) }))
}

async function failedMachines(db: Reader, ids: readonly number[], since: number): Promise<[number, number][]> {
  const inTime = sql<boolean>`failure.at >= exposure.since and (exposure.until is null or failure.at < exposure.until)`
  const crashes = db
    .selectFrom('crash')
    .select(['machine_id', 'at'])
    .where('at', '>=', since)
    .where('kind', '=', 'bugcheck')
  const vanished = db
    .selectFrom('machine_transition')
    .select(['machine_id', 'at'])
    .where('to_state', '=', 'dark')
    .where('at', '>=', since)
  const rows = await db
    .selectFrom(crashes.unionAll(vanished).as('failure'))
    .innerJoin('exposure', 'exposure.machine_id', 'failure.machine_id')
    .select((e) => ['exposure.component_id as id', e.fn.count<number>('failure.machine_id').distinct().as('n')])
    .where('exposure.component_id', 'in', ids)
    .where(inTime)
    .groupBy('exposure.component_id')
    .execute()
  return rows.map((row) => [row.id, Number(row.n)])
}

/** Machines of the fleet that failed since a time, each once. */
export async function countFailedMachines(db: Reader, since: number): Promise<number> {
  const crashes = db.selectFrom('crash').select('machine_id').where('at', '>=', since).where('kind', '=', 'bugcheck')
  const vanished = db
    .selectFrom('machine_transition')
    .select('machine_id')
    .where('to_state', '=', 'dark')
    .where('at', '>=', since)
  const row = await db
    .selectFrom(crashes.union(vanished).as('failure'))
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
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
