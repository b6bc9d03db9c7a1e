import { CHANNEL_KINDS, type ChannelRow } from '@pumphandle/shared/api'
import { hostOf, type Notifier } from '../../notify/index.ts'
import { notFound, Refusal } from '../../refusal.ts'
import { type Channel, channelById, deleteChannel, insertChannel, listChannels } from '../../store/channels.ts'
import type { Handlers } from '../call.ts'
import type { ServeContext } from '../context.ts'
import { idOf } from '../http/parse.ts'

export function channelRoutes(
  { store }: ServeContext,
  notifier: Notifier,
): Handlers<'channels' | 'channelAdd' | 'channelTest' | 'channelDelete'> {
  return {
    channels: async () => ({ items: (await listChannels(store.reader)).map(channelRow) }),

    async channelAdd({ body, note }) {
      if (!/^https?:$/.test(new URL(body.url).protocol))
        throw new Refusal(400, 'Bad address', 'A channel has an address that begins with https:// or http://.')
      const channel = await insertChannel(store.db, {
        name: body.name,
        kind: body.kind,
        url: body.url,
        enabled: body.enabled ? 1 : 0,
      })
      note(body.name, `${body.kind} to ${hostOf(body.url)}`)
      return channelRow(channel)
    },

    async channelTest({ path, note }) {
      const id = idOf(path.id, 'channel')
      const channel = await channelById(store.db, id)
      if (!channel) throw notFound('channel', id)
      const outcome = await notifier.test(channel)
      note(channel.name, outcome.ok ? 'delivered' : outcome.reason)
      return channelRow((await channelById(store.db, id)) ?? channel)
    },

    async channelDelete({ path, note }) {
      const id = idOf(path.id, 'channel')
      if (!(await deleteChannel(store.db, id))) throw notFound('channel', id)
      note(`channel ${id}`)
      return { ok: true }
    },
  }
}

function channelRow(channel: Channel): ChannelRow {
  return {
    id: channel.id,
    name: channel.name,
    kind: CHANNEL_KINDS.find((kind) => kind === channel.kind) ?? 'webhook',
    target: hostOf(channel.url),
    enabled: channel.enabled === 1,
    lastOkAt: channel.last_ok_at,
    lastError: channel.last_error,
  }
}
