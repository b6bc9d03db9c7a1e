import { CHANNEL_KINDS, type ChannelBody, type ChannelRow } from '@pumphandle/shared/api'
import type * as z from 'zod'
import { type ChannelFields, channelsOf, hostOf, isOffLimits } from '../../jobs/notify/index.ts'
import { placesInWords } from '../../model/places.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import { checkPlaces, placesByName } from '../../places/sites.ts'
import { readQuery } from '../../search/read-query.ts'
import { type Channel, channelById, deleteChannel, listChannels, optionsOf } from '../../store/channels.ts'
import { listRotas, rotaOf } from '../../store/rotas.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

type Names = 'channels' | 'channelAdd' | 'channelChange' | 'channelTest' | 'channelPreview' | 'channelDelete'

export function channelRoutes({ book, store, config, notifier, channelSeals }: ServeContext): Handlers<Names> {
  /** @throws Refusal where no message could go there, or what it is told of is nothing that there is */
  function checked(body: Whole): ChannelFields {
    checkAddress(body)
    const places = placesByName(body.places, book.all())
    checkPlaces(places, book.all())
    readQuery(body.q)
    if (body.kind === 'email' && !config.mail)
      throw new Refusal(
        'conflict',
        'No mail server',
        'Set PUMPHANDLE_SMTP and PUMPHANDLE_MAIL_FROM where the collector starts, so that it can send email.',
      )
    const { name, kind, url, enabled, ...options } = body
    return { name, kind, url, enabled: enabled ? 1 : 0, options: { ...options, places } }
  }

  const rowOf = (channel: Channel): ChannelRow => channelRow(channel, channelSeals.open(channel)?.url)

  return {
    channels: async () => ({ items: (await listChannels(store.reader)).map(rowOf) }),

    async channelAdd({ body, note }) {
      const channel = await channelSeals.add(checked(body))
      note(body.name, inWords(body))
      return rowOf(channel)
    },

    async channelChange({ path, body, note }) {
      const id = idOf(path.id, 'channel')
      const before = await channelById(store.db, id)
      if (!before) throw notFound('channel', id)
      const known = channelSeals.open(before)
      const [url, secret] = [body.url ?? known?.url, body.secret ?? known?.secret]
      if (url === undefined || secret === undefined)
        throw new Refusal(
          'conflict',
          'Not readable',
          'The key that sealed its address is not here: put back the file seal.key, or give address and secret anew.',
        )
      const whole = { ...body, url, secret }
      const channel = await channelSeals.change(id, checked(whole))
      if (!channel) throw notFound('channel', id)
      note(body.name, inWords(whole))
      return rowOf(channel)
    },

    async channelTest({ path, note }) {
      const id = idOf(path.id, 'channel')
      const channel = await channelById(store.db, id)
      if (!channel) throw notFound('channel', id)
      const outcome = await notifier.test(channel)
      note(channel.name, outcome.ok ? 'delivered' : outcome.reason)
      return rowOf((await channelById(store.db, id)) ?? channel)
    },

    async channelPreview({ path, query }) {
      const id = idOf(path.id, 'channel')
      const channel = await channelById(store.reader, id)
      if (!channel) throw notFound('channel', id)
      const { message, raw, real } = await notifier.preview(channel, query.stage)
      return { kind: kindOf(channel), stage: query.stage, real, title: message.title, text: message.text, raw }
    },

    async channelDelete({ path, note }) {
      const id = idOf(path.id, 'channel')
      const rotas = await listRotas(store.db)
      const needs = rotas.find((row) => {
        const rota = rotaOf(row)
        return rota !== undefined && channelsOf(rota).includes(id)
      })
      if (needs)
        throw new Refusal(
          'conflict',
          'It is on call',
          `The rota “${needs.name}” has this channel: take it out there first.`,
        )
      if (!(await deleteChannel(store.db, id))) throw notFound('channel', id)
      note(`channel ${id}`)
      return { ok: true }
    },
  }
}

type Whole = z.infer<typeof ChannelBody>

function inWords({ kind, url, places, q, enabled }: Whole): string {
  return `${kind} to ${hostOf(url)}${placesInWords(places)}${q === '' ? '' : ` of ${q}`}${enabled ? '' : ', switched off'}`
}

/** Kinds whose service takes nothing without a key. */
const NEEDS_KEY = ['pagerduty', 'opsgenie']
/** Addresses of one channel; a group of more people has an address of its own. */
const MAX_MAIL_ADDRESSES = 10
const MAIL_ADDRESS = /^[^\s@,;<>]{1,64}@[\w-]+(\.[\w-]+)*$/

/** @throws Refusal where a channel of this kind cannot have this address */
function checkAddress({ kind, url, secret }: { kind: string; url: string; secret: string }): void {
  const { protocol, search, hostname } = new URL(url)
  if (isOffLimits(hostname))
    throw new Refusal(
      'malformed',
      'Bad address',
      'A channel is nothing that only this computer’s own wire has (169.254.…, fe80:…), where a cloud keeps credentials.',
    )
  if (NEEDS_KEY.includes(kind) && secret === '')
    throw new Refusal(
      'malformed',
      'No key',
      'This service tells who you are by a key: make one there, and give it here as the secret.',
    )
  if (kind === 'syslog') {
    if (/^syslog(\+tcp)?:$/.test(protocol)) return
    throw new Refusal('malformed', 'Bad address', 'Write syslog://host:514 for UDP, or syslog+tcp://host:601 for TCP.')
  }
  if (kind !== 'email') {
    if (/^https?:$/.test(protocol)) return
    throw new Refusal('malformed', 'Bad address', 'A channel has an address that begins with https:// or http://.')
  }
  const addresses = hostOf(url).split(',')
  const isMail = protocol === 'mailto:' && search === '' && addresses.every((address) => MAIL_ADDRESS.test(address))
  if (isMail && addresses.length <= MAX_MAIL_ADDRESSES) return
  throw new Refusal(
    'malformed',
    'Bad address',
    `Give up to ${MAX_MAIL_ADDRESSES} addresses, comma between: mailto:it@icb.example,oncall@icb.example.`,
  )
}

const kindOf = (channel: Channel) => CHANNEL_KINDS.find((kind) => kind === channel.kind) ?? 'webhook'

function channelRow(channel: Channel, url: string | undefined): ChannelRow {
  const { secret, ...options } = optionsOf(channel)
  return {
    id: channel.id,
    name: channel.name,
    kind: kindOf(channel),
    target: url === undefined ? 'sealed by a key that is not here' : hostOf(url),
    enabled: channel.enabled === 1,
    lastOkAt: channel.last_ok_at,
    lastError: channel.last_error,
    ...options,
    hasSecret: secret !== '',
  }
}
