import { ChannelOptions } from '../model/channel-options.ts'
import { NOWHERE } from '../model/places.ts'
import { readJson } from './read-json.ts'
import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type Channel = Row<'channel'>

/** Of a channel whose options are damaged nobody knows what it may be told: it is told of nothing. */
const UNREADABLE: ChannelOptions = {
  secret: '',
  afterMinutes: 0,
  quiet: '',
  downMinutes: 0,
  backMinutes: 0,
  digest: '',
  places: NOWHERE,
  q: '',
}

export const optionsOf = ({ id, options }: Channel): ChannelOptions =>
  readJson(ChannelOptions, options, { table: 'channel', id }) ?? UNREADABLE

export async function listChannels(db: Reader): Promise<Channel[]> {
  return db.selectFrom('channel').selectAll().orderBy('id').execute()
}

export async function channelById(db: Reader, id: number): Promise<Channel | undefined> {
  return db.selectFrom('channel').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertChannel(
  db: Db,
  row: Omit<NewRow<'channel'>, 'last_ok_at' | 'last_error'>,
): Promise<Channel> {
  return db
    .insertInto('channel')
    .values({ ...row, last_ok_at: null, last_error: null })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** @returns the channel as it is now; undefined where it is gone */
export async function updateChannel(
  db: Db,
  id: number,
  row: Omit<NewRow<'channel'>, 'last_ok_at' | 'last_error'>,
): Promise<Channel | undefined> {
  return db.updateTable('channel').set(row).where('id', '=', id).returningAll().executeTakeFirst()
}

/** How the latest message to it went. */
export async function setChannelOutcome(db: Db, id: number, okAt: number | null, error: string | null): Promise<void> {
  const change = okAt === null ? { last_error: error } : { last_ok_at: okAt, last_error: null }
  await db.updateTable('channel').set(change).where('id', '=', id).execute()
}

export async function deleteChannel(db: Db, id: number): Promise<boolean> {
  return (await db.deleteFrom('channel').where('id', '=', id).returning('id').execute()).length > 0
}
