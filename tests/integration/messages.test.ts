import { createHmac } from 'node:crypto'
import type { Collector } from '@pumphandle/collector'
import { CHANNEL_KINDS, PREVIEWS } from '@pumphandle/shared/api'
import { type Client, createClient } from '@pumphandle/shared/client'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Receivers, receivers } from '../../packages/collector/tests/support/receivers.ts'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

let database: TestDatabase
let ends: Receivers
let collector: Collector
let admin: Client
const settings = () => ({
  PUMPHANDLE_SMTP: ends.smtp,
  PUMPHANDLE_MAIL_FROM: 'fleet@icb.example',
  PUMPHANDLE_PUBLIC_URL: 'https://fleet.example',
})
beforeEach(async () => {
  ends = await receivers()
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOn(database, settings())
  admin = await firstAdmin(collector)
})
afterEach(async () => {
  await collector.close()
  await database.drop()
  await ends.close()
})

type Kind = (typeof CHANNEL_KINDS)[number]

/** A channel of every kind, with its real other end. */
async function everyKind(): Promise<Map<string, number>> {
  const address = (kind: Kind) =>
    kind === 'email' ? 'mailto:it@icb.example' : kind === 'syslog' ? ends.udp : `${ends.http}/${kind}`
  const ids = new Map<string, number>()
  const add = async (name: string, kind: Kind, url: string) => {
    const body = { name, kind, url, secret: 's3cret', backMinutes: 0 }
    ids.set(name, (await admin.call('channelAdd', { body })).id)
  }
  for (const kind of CHANNEL_KINDS) await add(kind, kind, address(kind))
  await add('syslog-tcp', 'syslog', ends.tcp)
  await add('sms-in-address', 'sms', `${ends.http}/sms-in-address?to=447700900123&text={text}`)
  return ids
}

const EVERY_END = [
  '/teams',
  '/slack',
  '/smtp',
  '/pagerduty',
  '/opsgenie/v2/alerts',
  '/ntfy',
  '/sms',
  '/udp',
  '/tcp',
  '/webhook',
  '/sms-in-address',
]
const paths = () => ends.got.map(({ path }) => path.split('?')[0] ?? '').toSorted()

/** What people read, whatever it is wrapped in: addresses, quoted-printable, base64 of headers. */
function readable(all: string): string {
  const mail = all
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const decoded = mail.replaceAll(/=\?UTF-8\?B\?([\w+/=]+)\?=/gi, (_, base: string) =>
    Buffer.from(base, 'base64').toString(),
  )
  return decoded.replaceAll(/%[0-9A-F]{2}/g, (hex) =>
    decodeURIComponent(hex.startsWith('%C') || hex > '%7F' ? '?' : hex),
  )
}

test('a machine’s own words reach nobody’s telephone as they are, by no kind of channel', async () => {
  await everyKind()
  const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'a', site: 'A81001' } })
  const evil = 'Ring 0900 123 at once: https://evil.example <b>now</b> pay@evil.example'
  const machine = await enrol(collector.url, secret, { computerName: evil })
  const client = await WireClient.connect(collector.url, machine, { computerName: evil })
  // five blue screens in a week: this machine needs looking at, and is named
  const crashes = [1, 2, 3, 4, 5].map((n) => ({
    id: `c${n}`,
    at: Date.now() - n * 3_600_000,
    type: 'crash' as const,
    kind: 'bugcheck' as const,
    stopCode: '0x50',
    culprit: { driver: 'http://evil.example/x.sys', reason: evil, confidence: 'high' as const },
  }))
  await client.deliver(1, crashes)
  await eventually(() => expect(paths()).toEqual(EVERY_END.toSorted()))
  for (const { all } of ends.got) {
    const text = readable(all)
    expect(text).toMatch(/keeps.crashing.by.itself/)
    expect(text).not.toContain('https://evil')
    expect(text).not.toContain('//evil.example')
    expect(text).not.toContain('@evil')
  }
  // where text would be mark-up, it is none
  const bodyOf = (path: string) => ends.got.find((one) => one.path === path)?.body ?? ''
  expect(bodyOf('/slack')).not.toContain('<b>')
  expect(bodyOf('/teams').match(/"type":"\w*TextBlock"/g)).toEqual(['"type":"RichTextBlock"', '"type":"RichTextBlock"'])
  await client.close()
})

test('every kind is told of beginning and end, is previewed without being told, and is tested', async () => {
  const ids = await everyKind()
  const { incidents, desk, clock } = collector.context
  const id = incidents.open({
    kind: 'clinical-system',
    subject: 'EMIS Web',
    title: 'EMIS Web is unreachable',
    sentence: 'EMIS Web cannot be reached.',
    at: clock.now(),
    machines: [],
  }).record.id
  // in its very first second it changes: it makes its message all the same
  await admin.call('note', { path: { id: String(id) }, body: { text: 'on it' } })
  await desk.flush()
  await eventually(() => expect(paths()).toEqual(EVERY_END.toSorted()))
  const webhook = ends.got.find(({ path }) => path === '/webhook')
  const at = String(webhook?.headers['x-pumphandle-timestamp'])
  const signature = createHmac('sha256', 's3cret')
    .update(`${at}.${webhook?.body ?? ''}`)
    .digest('hex')
  expect(webhook?.headers['x-pumphandle-signature']).toBe(`v1=${signature}`)
  // a link that acknowledges, from the message itself
  const token = /acknowledge#([\w.~-]+)/.exec(ends.got.find(({ path }) => path === '/slack')?.body ?? '')?.[1] ?? ''
  const taken = await fetch(`${collector.url}/api/v1/acknowledge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'Grace' }),
  })
  expect(await taken.json()).toMatchObject({ status: 'acknowledged', by: 'Grace (by link)', yours: true })
  // of two who press, the second reads who has it
  const late = await fetch(`${collector.url}/api/v1/acknowledge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'Alan' }),
  })
  expect(await late.json()).toMatchObject({ by: 'Grace (by link)', yours: false })
  expect((await admin.call('incident', { path: { id: String(id) } })).incident.status).toBe('acknowledged')
  // a restart tells nothing again
  const { secret: token2 } = await admin.call('tokenAdd', { body: { name: 'after', scope: 'admin' } })
  await collector.close()
  collector = await collectorOn(database, settings())
  admin = createClient({ url: collector.url, token: token2 })
  const before = ends.got.length
  for (const [name, channel] of ids)
    for (const stage of PREVIEWS) {
      const { raw, title } = await admin.call('channelPreview', { path: { id: channel }, query: { stage } })
      expect(raw).not.toContain('s3cret')
      expect(raw).not.toContain(ends.http)
      // Opsgenie closes an alert without its title
      const said = name === 'opsgenie' && stage === 'resolved' ? 'EMIS Web cannot be reached' : title.slice(0, 20)
      expect(readable(raw)).toContain(said)
    }
  expect(ends.got.length).toBe(before)
  await admin.call('resolve', { path: { id: String(id) }, body: {} })
  const over = EVERY_END.map((path) =>
    path.startsWith('/opsgenie') ? `/opsgenie/v2/alerts/pumphandle-incident-${id}/close` : path,
  )
  await eventually(() => expect(paths()).toEqual([...EVERY_END, ...over].toSorted()))
  ends.got.length = 0
  for (const channel of ids.values())
    expect(await admin.call('channelTest', { path: { id: channel }, body: {} })).toMatchObject({ lastError: null })
  await eventually(() => expect(paths()).toEqual(EVERY_END.toSorted()))
})

test('a rota names channels that there are, keeps them, and says who is on call', async () => {
  const body = { kind: 'webhook' as const, url: ends.http }
  const alice = await admin.call('channelAdd', { body: { ...body, name: 'Alice' } })
  const bob = await admin.call('channelAdd', { body: { ...body, name: 'Bob' } })
  const shift = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', until: '00:00', channels: [alice.id, bob.id] }
  await expect(
    admin.call('rotaAdd', { body: { name: 'x', shifts: [{ ...shift, channels: [99] }] } }),
  ).rejects.toMatchObject({ problem: { status: 400 } })
  const rota = await admin.call('rotaAdd', { body: { name: 'All week', shifts: [shift] } })
  expect(rota.spans[0]?.channel).toBe(alice.id)
  expect(rota.spans.map(({ channel }) => channel)).toEqual([alice.id, bob.id])
  await expect(admin.call('channelDelete', { path: { id: alice.id } })).rejects.toThrow('All week')
  const swapped = { name: 'All week', shifts: [{ ...shift, channels: [bob.id, alice.id] }], turnsFrom: rota.turnsFrom }
  await admin.call('rotaChange', { path: { id: rota.id }, body: swapped })
  expect((await admin.call('rotas')).items[0]?.spans[0]?.channel).toBe(bob.id)
  await admin.call('rotaDelete', { path: { id: rota.id } })
  expect((await admin.call('rotas')).items).toEqual([])
})
