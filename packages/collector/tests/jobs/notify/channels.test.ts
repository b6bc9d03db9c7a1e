import { createHmac } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import type { IncidentRow } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { opsgenie } from '../../../src/jobs/notify/channels/opsgenie/index.ts'
import { pagerduty } from '../../../src/jobs/notify/channels/pagerduty/index.ts'
import { slack } from '../../../src/jobs/notify/channels/slack/index.ts'
import { sms } from '../../../src/jobs/notify/channels/sms/index.ts'
import { syslog } from '../../../src/jobs/notify/channels/syslog/index.ts'
import { webhook } from '../../../src/jobs/notify/channels/webhook/index.ts'
import {
  type Message,
  messageOf,
  questionMessage,
  testMessage,
  troubleMessage,
} from '../../../src/jobs/notify/delivery/message.ts'
import { sendTo } from '../../../src/jobs/notify/send-to.ts'
import { acknowledgeToken, incidentOfToken } from '../../../src/model/acknowledge-link.ts'
import type { Channel } from '../../../src/store/channels.ts'

const opened: Message = {
  type: 'opened',
  title: 'New incident: <b>Falcon</b> & others',
  text: '311 machines crashed.',
  link: 'https://fleet.example/incidents/12',
  acknowledge: 'https://fleet.example/acknowledge#t',
  at: Date.UTC(2024, 6, 19, 4, 20),
  incident: { id: 12 } as IncidentRow,
}
const resolved: Message = { ...opened, type: 'resolved', acknowledge: undefined }
const how = { url: 'https://api.example/', secret: 'k3y', now: 1_700_000_000_900 }
const parsed = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>

test('Slack: text is no mark-up, and there is a button that acknowledges', () => {
  const { body } = slack(opened, how)
  expect(body).toContain('&lt;b&gt;Falcon&lt;/b&gt; &amp; others')
  expect(body).toContain('https://fleet.example/acknowledge#t')
  expect(slack(resolved, how).body).not.toContain('Acknowledge')
})

test('PagerDuty and Opsgenie: one alert a cause, closed when it is over', () => {
  expect(parsed(pagerduty(opened, how).body)).toMatchObject({
    routing_key: 'k3y',
    event_action: 'trigger',
    dedup_key: 'pumphandle-incident-12',
  })
  expect(parsed(pagerduty(resolved, how).body)).toMatchObject({
    event_action: 'resolve',
    dedup_key: 'pumphandle-incident-12',
  })
  const alert = opsgenie(opened, how)
  expect(alert).toMatchObject({ url: 'https://api.example/v2/alerts', headers: { authorization: 'GenieKey k3y' } })
  expect(parsed(alert.body)).toMatchObject({ alias: 'pumphandle-incident-12', priority: 'P1' })
  expect(opsgenie(resolved, how).url).toBe(
    'https://api.example/v2/alerts/pumphandle-incident-12/close?identifierType=alias',
  )
})

test('each cause is an alert of its own, and rings as loudly as it matters', () => {
  const trouble = (code: string, severity: 'error' | 'warning', over = false) =>
    troubleMessage({ code, title: 'The disk is full; make room.', severity }, over, 5, undefined)
  const alertOf = (message: Message) => {
    const { event_action, dedup_key, payload } = parsed(pagerduty(message, how).body)
    return [event_action, dedup_key, (payload as { severity: string }).severity]
  }
  expect(alertOf(trouble('disk-full', 'error'))).toEqual(['trigger', 'pumphandle-trouble-disk-full', 'critical'])
  expect(alertOf(trouble('backup-failed', 'warning'))[2]).toBe('warning')
  // the end of one trouble closes no other
  expect(alertOf(trouble('backup-failed', 'warning', true)).slice(0, 2)).toEqual([
    'resolve',
    'pumphandle-trouble-backup-failed',
  ])
  const asked = (id: number) => questionMessage({ id, name: 'Old Falcon', q: 'falcon<7.16', found: 3 }, 5, undefined)
  expect(alertOf(asked(1))).toEqual(['trigger', 'pumphandle-question-1-5', 'warning'])
  expect(parsed(opsgenie(asked(2), how).body)).toMatchObject({ alias: 'pumphandle-question-2-5', priority: 'P3' })
  // a test that is pressed again arrives again
  expect(alertOf(testMessage('pager', 5, undefined))[1]).not.toBe(alertOf(testMessage('pager', 6, undefined))[1])
})

test('whoever is woken reads first whether somebody has it', () => {
  const incident = {
    ...opened.incident,
    owner: null,
    status: 'open',
    sentence: 'Nobody reaches Vision.',
  } as IncidentRow
  const none = { affected: 3, 'at-risk': 0, recovered: 0, relapsed: 0, missing: 0, cleared: 0 }
  const said = (owner: string | null, unanswered: number) =>
    messageOf({
      incident: { ...incident, owner, cohorts: none },
      type: 'opened',
      at: 5,
      address: undefined,
      unanswered,
    }).text
  expect(said(null, 15)).toMatch(/^Nobody has taken it for 15 minutes\. /)
  expect(said('Grace (by link)', 15)).toMatch(/^Grace \(by link\) has it\. /)
  expect(said(null, 0)).not.toContain('taken')
})

test('SMS: into the address where it says so, else as JSON, and never longer than three parts', () => {
  const url = 'https://gateway.example/send?to=447700900123&text={text}'
  expect(sms(opened, { ...how, url }).url).toContain('&text=New%20incident')
  const long = sms({ ...opened, text: 'x'.repeat(2000) }, how)
  expect(String(parsed(long.body)['text']).length).toBeLessThanOrEqual(459)
  // one address: where it can be taken, which leads on to the incident
  expect(String(parsed(long.body)['text'])).toMatch(/acknowledge#t$/)
  expect(String(parsed(sms(resolved, how).body)['text'])).toMatch(/incidents\/12$/)
  // a sign that telephones lack would make three parts seven
  const quoted = sms({ ...opened, text: 'The channel “night’s” is dead\u00a0…' }, how)
  expect(String(parsed(quoted.body)['text'])).toContain('The channel "night\'s" is dead ...')
})

test('a text is never cut in the middle of a character, which some services refuse and no address can hold', () => {
  const url = 'https://gateway.example/send?text={text}'
  for (const before of ['', 'x']) {
    const odd = { ...opened, title: `${before}${'\u{1F600}'.repeat(2_000)}` }
    const sent = [slack(odd, how).body, pagerduty(odd, how).body, opsgenie(odd, how).body, sms(odd, how).body]
    // JSON writes half of a pair as an escape
    for (const body of sent) expect(body).not.toMatch(/\\ud8/i)
    expect(sms(odd, { ...how, url }).url).not.toContain('%EF%BF%BD')
  }
})

test('a channel that never says what became of a message is not waited for', async () => {
  const row = { id: 1, name: 'tar', kind: 'webhook', url: '', enabled: 1, options: '{}' } as Channel
  const clock = { now: () => 0, after: (_: number, run: () => void) => (queueMicrotask(run), () => undefined) }
  const never = () => new Promise<never>(() => undefined)
  const channels = { open: () => ({ url: 'https://tar.example/', secret: '' }) }
  expect(await sendTo(row, opened, { clock, channels, fetch: never })).toMatchObject({ ok: false, permanent: false })
})

test('a signed webhook is proven by its secret, and its time is part of what is signed', () => {
  const { headers, body } = webhook(opened, how)
  const at = headers['x-pumphandle-timestamp'] ?? ''
  expect(at).toBe('1700000000')
  const right = createHmac('sha256', 'k3y').update(`${at}.${body}`).digest('hex')
  expect(headers['x-pumphandle-signature']).toBe(`v1=${right}`)
  expect(webhook(opened, how).headers['x-pumphandle-delivery']).not.toBe(headers['x-pumphandle-delivery'])
  expect(webhook(opened, { ...how, secret: '' }).headers).toEqual({ 'content-type': 'application/json' })
})

test('syslog: one line by UDP, counted by TCP, and a reason where nobody listens', async () => {
  const udp = createSocket('udp4')
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  const [sent, [datagram]] = await Promise.all([
    syslog.send(`syslog://127.0.0.1:${udp.address().port}`, opened, { fetch, mail: undefined }),
    once(udp, 'message') as Promise<[Buffer]>,
  ])
  udp.close()
  expect(sent).toEqual({ ok: true })
  expect(datagram.toString()).toMatch(/^<130>1 2024-07-19T04:20:00\.000Z \S+ pumphandle - incident-12 - New incident/)
  const got: string[] = []
  const tcp = createServer((socket) => void text(socket).then((line) => got.push(line))).listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const url = `syslog+tcp://127.0.0.1:${(tcp.address() as AddressInfo).port}`
  expect(await syslog.send(url, resolved, { fetch, mail: undefined })).toEqual({ ok: true })
  tcp.close()
  await once(tcp, 'close')
  expect(got[0]).toMatch(/^\d+ <133>1 /)
  expect(await syslog.send(url, opened, { fetch, mail: undefined })).toMatchObject({ ok: false, permanent: false })
})

test('a link acknowledges its own incident, for its time, and cannot be made up', () => {
  const token = acknowledgeToken('key', 12, 5000)
  expect(incidentOfToken('key', token, 4999)).toBe(12)
  expect(incidentOfToken('key', token, 5000)).toBeUndefined()
  expect(incidentOfToken('other', token, 0)).toBeUndefined()
  expect(incidentOfToken('key', token.replace('12.', '13.'), 0)).toBeUndefined()
  expect(incidentOfToken('key', 'nonsense', 0)).toBeUndefined()
})
