import { sql } from 'kysely'
import { isPostgres } from './db.ts'
import type { Reader } from './store.ts'

/** How many of something began in a bucket; `at` is the bucket's start, ms epoch. */
export interface Bucket {
  readonly at: number
  readonly n: number
}

/** Blue screens by the time that they happened. */
export async function crashesOverTime(db: Reader, from: number, bucketMs: number): Promise<Bucket[]> {
  const rows = await db
    .selectFrom('crash')
    .select((e) => [sql<number>`at - at % ${bucketMs}`.as('bucket'), e.fn.sum<number>('count').as('n')])
    .where('at', '>=', from)
    .where('kind', '=', 'bugcheck')
    .groupBy('bucket')
    .execute()
  return rows.map(bucket)
}

export async function bootsOverTime(db: Reader, from: number, bucketMs: number): Promise<Bucket[]> {
  const rows = await db
    .selectFrom('event')
    .select((e) => [sql<number>`at - at % ${bucketMs}`.as('bucket'), e.fn.countAll<number>().as('n')])
    .where('type', '=', 'boot')
    .where('at', '>=', from)
    // nothing happens after it was received: other days are not looked at
    .$if(isPostgres(db), (q) => q.where('received_at', '>=', from))
    .groupBy('bucket')
    .execute()
  return rows.map(bucket)
}

/** Machines that went dark. */
export async function darkOverTime(db: Reader, from: number, bucketMs: number): Promise<Bucket[]> {
  const rows = await db
    .selectFrom('machine_transition')
    .select((e) => [sql<number>`at - at % ${bucketMs}`.as('bucket'), e.fn.countAll<number>().as('n')])
    .where('to_state', '=', 'dark')
    .where('at', '>=', from)
    .groupBy('bucket')
    .execute()
  return rows.map(bucket)
}

// PostgreSQL gives sums as text, SQLite a bucket as a float
function bucket(row: { bucket: number; n: number }): Bucket {
  return { at: Number(row.bucket), n: Number(row.n) }
}
