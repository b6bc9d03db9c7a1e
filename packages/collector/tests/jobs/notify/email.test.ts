import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { IncidentRow } from '@pumphandle/shared/api'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { email } from '../../../src/jobs/notify/channels/email/index.ts'
import type { Message } from '../../../src/jobs/notify/delivery/message.ts'

const message: Message = {
  type: 'opened',
  title: 'New incident: Falcon channel file 291 is crashing machines – 19 July',
  text: '1,204 machines received it; 311 of them crashed.',
  link: 'https://fleet.example/incidents/12',
  at: 0,
  incident: { id: 12 } as IncidentRow,
}
const TO = 'mailto:it@icb.example,oncall@icb.example'
const FROM = 'Pumphandle <pumphandle@icb.example>'

let server: SMTPServer
let got: { from: string; to: string[]; text: string }[]
/** What the server answers to a recipient. */
let refusal: { responseCode: number } | undefined

beforeEach(async () => {
  got = []
  refusal = undefined
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'fleet' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo: (_address, _session, done) => done(refusal && Object.assign(new Error('refused'), refusal)),
    onData(stream, { envelope }, done) {
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      const to = envelope.rcptTo.map(({ address }) => address)
      void read(stream, from, to).finally(done)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => new Promise<void>((resolve) => server.close(resolve)))

async function read(stream: NodeJS.ReadableStream, from: string, to: string[]): Promise<void> {
  got.push({ from, to, text: await text(stream) })
}

const host = () => `127.0.0.1:${(server.server.address() as AddressInfo).port}`
const send = (login = '') =>
  email.send(TO, message, { fetch, mail: { server: `smtp://${login}${host()}`, from: FROM } })

test('a message arrives as plain text at every address, urgent and in its incident’s thread', async () => {
  expect(await send()).toEqual({ ok: true })
  expect(got).toHaveLength(1)
  expect(got[0]).toMatchObject({ from: 'pumphandle@icb.example', to: ['it@icb.example', 'oncall@icb.example'] })
  const mail = got[0]?.text ?? ''
  expect(mail).toMatch(/^Subject: =\?UTF-8\?/m)
  expect(mail).toMatch(/^X-Priority: 1/m)
  expect(mail).toMatch(/^References: <incident-12@icb\.example>/m)
  expect(mail).toContain('1,204 machines received it; 311 of them crashed.')
  expect(mail).toContain('https://fleet.example/incidents/12')
})

test('a title with line ends makes no header, and names no further address', async () => {
  const mail = { server: `smtp://${host()}`, from: FROM }
  const title = 'A\r\nBcc: eve@example.org\r\n\r\nwords of theirs'
  expect(await email.send(TO, { ...message, title }, { fetch, mail })).toEqual({ ok: true })
  const [head = ''] = (got[0]?.text ?? '').split(/\r?\n\r?\n/)
  expect(got[0]?.to).toEqual(['it@icb.example', 'oncall@icb.example'])
  expect(head).not.toMatch(/^bcc:/im)
  expect(head).toMatch(/^Subject:/m)
})

test('a password in the address is used, and never told', async () => {
  expect(await send('fleet:p%40ss@')).toEqual({ ok: true })
  expect(await send('fleet:wrong-one@')).toEqual({ ok: false, permanent: true, reason: `${host()} answered 535` })
})

test('an unknown address is for a person to mend; a busy server is asked again later', async () => {
  refusal = { responseCode: 550 }
  expect(await send()).toEqual({ ok: false, permanent: true, reason: `${host()} answered 550` })
  refusal = { responseCode: 451 }
  expect(await send()).toMatchObject({ ok: false, reason: `${host()} answered 451` })
})

test('a server elsewhere that offers no TLS is told nothing', async () => {
  const elsewhere = host().replace('127.0.0.1', '0.0.0.0')
  const mail = { server: `smtp://fleet:p%40ss@${elsewhere}`, from: FROM }
  expect(await email.send(TO, message, { fetch, mail })).toEqual({
    ok: false,
    permanent: true,
    reason: `${elsewhere} offers no TLS: use smtps://, or a server on this computer`,
  })
  expect(got).toEqual([])
})

test('a server that is not there is asked again later; none that is set is said', async () => {
  const mail = { server: 'smtp://127.0.0.1:1', from: FROM }
  expect(await email.send(TO, message, { fetch, mail })).toEqual({
    ok: false,
    permanent: false,
    reason: '127.0.0.1:1 could not be reached: ESOCKET',
  })
  expect(await email.send(TO, message, { fetch, mail: undefined })).toMatchObject({ ok: false, permanent: true })
})
