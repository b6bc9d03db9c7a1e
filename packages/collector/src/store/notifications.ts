import { DAY } from '@pumphandle/shared/time'
import type { Db, Reader, Tx } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type Notification = Row<'notification'>

/** Under this name the table of snapshots keeps up to which entry of the histories messages were made. */
const CURSOR = 'notify'
const OPEN = ['waiting', 'sending']
/** Nothing waits for longer, a day's digest neither: a later time was set by a clock that was ahead, and is over. */
const LONGEST_WAIT_MS = 2 * DAY

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

/** The last entry of the histories from before a time. */
export async function lastHistoryBefore(db: Reader, at: number): Promise<number> {
  const row = await db
    .selectFrom('incident_history')
    .select((e) => e.fn.max('id').as('id'))
    .where('at', '<', at)
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

export async function insertNotifications(db: Db | Tx, rows: readonly NewRow<'notification'>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('notification').values(rows).execute()
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
    .where((e) => e.or([e('next_at', '<=', now), e('next_at', '>', now + LONGEST_WAIT_MS)]))
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

/** What a channel was told last of a cause, or of the incident itself. */
export async function lastTold(
  db: Reader,
  { channel_id, incident_id, cause }: Pick<Notification, 'channel_id' | 'incident_id' | 'cause'>,
): Promise<Notification | undefined> {
  return db
    .selectFrom('notification')
    .selectAll()
    .where('channel_id', '=', channel_id)
    .where('status', '=', 'sent')
    .where((e) => e.or([e('incident_id', '=', incident_id), ...(cause === '' ? [] : [e('cause', '=', cause)])]))
    .orderBy('sent_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Types of the messages that were made of a cause for the same channel after this one, told or not. */
export async function laterTypes(
  db: Reader,
  { id, channel_id, incident_id, cause }: Notification,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('notification')
    .select('type')
    .distinct()
    .where('channel_id', '=', channel_id)
    .where('id', '>', id)
    .where((e) => (cause === '' ? e('incident_id', '=', incident_id) : e('cause', '=', cause)))
    .execute()
  return new Set(rows.map(({ type }) => type))
}

/** How often a channel was told since a time that a cause began or came back. */
export async function countBegins(
  db: Reader,
  { channel_id, cause }: Pick<Notification, 'channel_id' | 'cause'>,
  since: number,
): Promise<number> {
  const row = await db
    .selectFrom('notification')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('channel_id', '=', channel_id)
    .where('cause', '=', cause)
    .where('status', '=', 'sent')
    .where('type', 'in', ['opened', 'reopened'])
    .where('sent_at', '>=', since)
    .executeTakeFirst()
  return Number(row?.n ?? 0)
}

/** What channels were told last of a cause, where nothing of it waits for them. */
export async function lastOfCause(db: Reader, cause: string): Promise<Notification[]> {
  const rows = await db
    .selectFrom('notification')
    .selectAll()
    .where('cause', '=', cause)
    .where('status', 'in', ['sent', ...OPEN])
    .orderBy('id')
    .execute()
  const last = new Map(rows.filter((row) => row.status === 'sent').map((row) => [row.channel_id, row]))
  for (const row of rows) if (row.status !== 'sent') last.delete(row.channel_id)
  return [...last.values()]
}

/** What waits for a channel's digest of that time or an earlier one. */
export async function waitingForDigest(db: Reader, channel: number, at: number): Promise<Notification[]> {
  return db
    .selectFrom('notification')
    .selectAll()
    .where('channel_id', '=', channel)
    .where('status', '=', 'waiting')
    .where('created_at', '<=', at)
    .orderBy('id')
    .execute()
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

/**
 * Gives back what was claimed by a collector that is not there any more: before now, or when its clock was ahead.
 * @param until how long a claim of this moment lasts
 */
export async function freeNotifications(db: Db, until: number): Promise<void> {
  await db
    .updateTable('notification')
    .set({ status: 'waiting', next_at: 0 })
    .where('status', '=', 'sending')
    .where('next_at', '!=', until)
    .execute()
}

export async function setNotification(
  db: Db,
  id: number,
  change: Partial<Pick<Notification, 'status' | 'next_at' | 'sent_at' | 'error' | 'machines' | 'thread' | 'digest_at'>>,
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

/** What people were told of an incident: when first, and by how many messages. */
export async function toldOf(db: Reader, incident: number): Promise<{ first: number | null; messages: number }> {
  const row = await db
    .selectFrom('notification')
    .select((e) => [e.fn.min('sent_at').as('first'), e.fn.countAll<number>().as('messages')])
    .where('incident_id', '=', incident)
    .where('status', '=', 'sent')
    .executeTakeFirst()
  const first = row?.first ?? null
  return { first: first === null ? null : Number(first), messages: Number(row?.messages ?? 0) }
}

/** How many messages have each status. */
export async function countNotifications(db: Reader): Promise<{ status: string; n: number }[]> {
  const rows = await db
    .selectFrom('notification')
    .select((e) => ['status', e.fn.countAll<number>().as('n')])
    .groupBy('status')
    .execute()
  return rows.map((row) => ({ status: row.status, n: Number(row.n) }))
}
