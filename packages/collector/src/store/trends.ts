import { DAY } from '@pumphandle/shared/time'
import { isPostgres } from './db.ts'
import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** The newest day that has its line, ms epoch of its start; undefined where there is none. */
export async function lastTrendDay(db: Reader): Promise<number | undefined> {
  const row = await db.selectFrom('trend_day').select('day').orderBy('day', 'desc').limit(1).executeTakeFirst()
  return row?.day
}

/** What happened on the day that begins at `day`, UTC. `machines` is how many were enrolled by its end. */
export async function countDay(db: Reader, day: number): Promise<Row<'trend_day'>> {
  const end = day + DAY
  const [machines, crashes, dark, boots, incidents] = await Promise.all([
    db
      .selectFrom('machine')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('first_seen', '<', end)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('crash')
      .select((e) => [e.fn.sum<number>('count').as('n'), e.fn.count<number>('machine_id').distinct().as('of')])
      .where('at', '>=', day)
      .where('at', '<', end)
      .where('kind', '=', 'bugcheck')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('machine_transition')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('to_state', '=', 'dark')
      .where('at', '>=', day)
      .where('at', '<', end)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('event')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('type', '=', 'boot')
      .where('at', '>=', day)
      .where('at', '<', end)
      // nothing happens after it was received: other days are not looked at
      .$if(isPostgres(db), (q) => q.where('received_at', '>=', day))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('incident')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('opened_at', '>=', day)
      .where('opened_at', '<', end)
      .executeTakeFirstOrThrow(),
  ])
  return {
    day,
    machines: Number(machines.n),
    crashes: Number(crashes.n ?? 0),
    crashed_machines: Number(crashes.of),
    dark: Number(dark.n),
    boots: Number(boots.n),
    incidents: Number(incidents.n),
  }
}

/** Writes a day's line; the one that is there stays: its events may be gone by now. */
export async function insertTrendDay(db: Db, row: Row<'trend_day'>): Promise<void> {
  await db
    .insertInto('trend_day')
    .values(row)
    .onConflict((c) => c.column('day').doNothing())
    .execute()
}

/** Days from a time on, oldest first. */
export async function trendDays(db: Reader, from: number): Promise<Row<'trend_day'>[]> {
  return db.selectFrom('trend_day').selectAll().where('day', '>=', from).orderBy('day').execute()
}
