import { othersTurn } from '@pumphandle/shared/others-turn'
import { sql } from 'kysely'
import { FIRST_INVENTORY_MS } from '../model/first-inventory.ts'
import type { Reader } from './store.ts'

export interface Span {
  readonly from: number
  readonly until: number
}

/** How many machines received a component in a span of time, and how many of them failed after it in the span. */
export interface Received {
  readonly id: number
  readonly machines: number
  readonly failed: number
}

/** Components of one read; see component-stats.ts. */
const COMPONENTS_PER_READ = 6

/** Blue screens and vanishings of a span, as a table to join. */
function failures(db: Reader, { from, until }: Span) {
  const crashes = db
    .selectFrom('crash')
    .select(['machine_id', 'at'])
    .where('at', '>=', from)
    .where('at', '<', until)
    .where('kind', '=', 'bugcheck')
  const vanished = db
    .selectFrom('machine_transition')
    .select(['machine_id', 'at'])
    .where('to_state', '=', 'dark')
    .where('at', '>=', from)
    .where('at', '<', until)
  return crashes.unionAll(vanished)
}

export async function readReceived(db: Reader, ids: readonly number[], span: Span): Promise<Received[]> {
  const received: Received[] = []
  for (let i = 0; i < ids.length; i += COMPONENTS_PER_READ) {
    const some = ids.slice(i, i + COMPONENTS_PER_READ)
    const arrivals = db
      .selectFrom('exposure')
      .innerJoin('machine', 'machine.id', 'exposure.machine_id')
      // what was on a machine before its agent was has not arrived with the first report
      .leftJoin('machine_component as now', (on) =>
        on.onRef('now.machine_id', '=', 'exposure.machine_id').onRef('now.component_id', '=', 'exposure.component_id'),
      )
      .select(['exposure.component_id', 'exposure.machine_id', 'exposure.since', 'exposure.until'])
      .where('exposure.component_id', 'in', some)
      .where('exposure.since', '>=', span.from)
      .where('exposure.since', '<', span.until)
      .where((eb) =>
        eb.or([
          eb('now.known_since_before', '=', 0),
          // it has been replaced since: it came where it took another's place, or after the first reports
          eb.and([
            eb('now.known_since_before', 'is', null),
            eb.or([
              eb('exposure.since', '>', eb('machine.first_seen', '+', FIRST_INVENTORY_MS)),
              eb.exists(
                eb
                  .selectFrom('exposure as before')
                  .innerJoin('component as it', 'it.id', 'exposure.component_id')
                  .innerJoin('component as other', 'other.id', 'before.component_id')
                  .select(sql`1`.as('one'))
                  .whereRef('before.machine_id', '=', 'exposure.machine_id')
                  .whereRef('before.until', '<=', 'exposure.since')
                  .whereRef('other.kind', '=', 'it.kind')
                  .whereRef('other.name', '=', 'it.name'),
              ),
            ]),
          ]),
        ]),
      )
    const came = await db
      .selectFrom(arrivals.as('arrival'))
      .select((e) => ['component_id as id', e.fn.count<number>('machine_id').distinct().as('n')])
      .groupBy('component_id')
      .execute()
    const failed = await db
      .selectFrom(failures(db, span).as('failure'))
      .innerJoin(arrivals.as('arrival'), 'arrival.machine_id', 'failure.machine_id')
      .select((e) => ['component_id as id', e.fn.count<number>('failure.machine_id').distinct().as('n')])
      .where(sql<boolean>`failure.at >= arrival.since and (arrival.until is null or failure.at < arrival.until)`)
      .groupBy('component_id')
      .execute()
    const failedOf = new Map(failed.map((row) => [row.id, Number(row.n)]))
    for (const { id, n } of came) received.push({ id, machines: Number(n), failed: failedOf.get(id) ?? 0 })
    // others have their turn: SQLite reads in this thread
    await othersTurn()
  }
  return received
}

/** Machines that failed in the span, each once. */
export async function countFailed(db: Reader, span: Span): Promise<number> {
  const row = await db
    .selectFrom(failures(db, span).as('failure'))
    .select((e) => e.fn.count<number>('machine_id').distinct().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
