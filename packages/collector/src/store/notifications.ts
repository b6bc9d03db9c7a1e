import type { Db, Reader, Tx } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type Notification = Row<'notification'>

/** Under this name the table of snapshots keeps up to which entry of the histories messages were made. */
const CURSOR = 'notify'
const OPEN = ['waiting', 'sending']

/** Entries of incidents' histories after `after`, of the types wanted. */
export async function historyAfter(
  db: Reader,
  after: number,
  limit: number,
): Promise<Pick<Row<'incident_history'>, 'id' | 'incident_id' | 'type' | 'at'>[]> {
  return db
    .selectFrom('incident_history')
    .select(['id', 'incident_id', 'type', 'at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function lastHistoryId(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('incident_history')
    .select((e) => e.fn.max('id').as('id'))
    .executeTakeFirst()
  return Number(row?.id ?? 0)
}

/** Undefined until it was first written. */
export async function readNotifyCursor(db: Reader): Promise<number | undefined> {
  const row = await db.selectFrom('snapshot').select('seq').where('name', '=', CURSOR).executeTakeFirst()
  return row?.seq
}

/** The first cursor, where there is none yet. */
export async function startNotifyCursor(db: Db, seq: number, at: number): Promise<void> {
  await db
    .insertInto('snapshot')
    .values({ name: CURSOR, at, seq, body: '{}' })
    .onConflict((c) => c.column('name').doNothing())
    .execute()
}

/** Moves the cursor on; false where another process did so first (compare and set). */
export async function moveNotifyCursor(tx: Tx, from: number, to: number, at: number): Promise<boolean> {
  const rows = await tx
    .updateTable('snapshot')
    .set({ seq: to, at })
    .where('name', '=', CURSOR)
    .where('seq', '=', from)
    .returning('name')
    .execute()
  return rows.length > 0
}

export async function insertNotifications(tx: Tx, rows: readonly NewRow<'notification'>[]): Promise<void> {
  if (rows.length > 0) await tx.insertInto('notification').values(rows).execute()
}

/**
 * Messages whose time has come, also those whose sender was killed while it sent them. Of an incident's messages to one
 * channel only the first that is not done: "resolved" never comes before "opened".
 */
export async function dueNotifications(db: Reader, now: number, limit: number): Promise<Notification[]> {
  return db
    .selectFrom('notification')
    .selectAll()
    .where('status', 'in', OPEN)
    .where('next_at', '<=', now)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('notification as earlier')
            .select('earlier.id')
            .whereRef('earlier.channel_id', '=', 'notification.channel_id')
            .whereRef('earlier.incident_id', '=', 'notification.incident_id')
            .whereRef('earlier.id', '<', 'notification.id')
            .where('earlier.status', 'in', OPEN),
        ),
      ),
    )
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Whether the message's channel was told of the beginning of its incident. */
export async function wasTold(db: Reader, { incident_id, channel_id }: Notification): Promise<boolean> {
  const row = await db
    .selectFrom('notification')
    .select('id')
    .where('incident_id', '=', incident_id)
    .where('channel_id', '=', channel_id)
    .where('type', 'in', ['opened', 'reopened'])
    .where('status', '=', 'sent')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a message for sending until `until`; false where somebody else took it first (compare and set). */
export async function claimNotification(db: Db, message: Notification, until: number): Promise<boolean> {
  const rows = await db
    .updateTable('notification')
    .set({ status: 'sending', next_at: until, attempts: message.attempts + 1 })
    .where('id', '=', message.id)
    .where('status', '=', message.status)
    .where('attempts', '=', message.attempts)
    .returning('id')
    .execute()
  return rows.length > 0
}

/** Gives back what was claimed until a time before `until`, by a collector that is not there any more. */
export async function freeNotifications(db: Db, now: number, until: number): Promise<void> {
  await db
    .updateTable('notification')
    .set({ status: 'waiting', next_at: now })
    .where('status', '=', 'sending')
    .where('next_at', '<', until)
    .execute()
}

export async function setNotification(
  db: Db,
  id: number,
  change: Partial<Pick<Notification, 'status' | 'next_at' | 'sent_at' | 'error'>>,
): Promise<void> {
  await db.updateTable('notification').set(change).where('id', '=', id).execute()
}

export async function deleteNotificationsBefore(db: Db, before: number): Promise<void> {
  await db
    .deleteFrom('notification')
    .where('created_at', '<', before)
    .where('status', 'in', ['sent', 'failed', 'skipped'])
    .execute()
}

/** How many messages of the last month have each status. */
export async function countNotifications(db: Reader): Promise<{ status: string; n: number }[]> {
  const rows = await db
    .selectFrom('notification')
    .select((e) => ['status', e.fn.countAll<number>().as('n')])
    .groupBy('status')
    .execute()
  return rows.map((row) => ({ status: row.status, n: Number(row.n) }))
}
