import { gzipSync } from 'node:zlib'
import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { collectorOverTls } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin, statusOf, withToken } from '../support/signed-in.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

// Texts that are meant to be more than text: in sheets, on screens, in databases and parsers.

const HALF = '\ud83d'

describe.each(DATABASE_KINDS)('texts of machines and people, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client
  let token: string
  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOverTls(database)
    admin = await firstAdmin(collector)
    token = (await admin.call('enrolmentTokenAdd', { body: { name: 't', site: 'A81001' } })).secret
  })
  afterEach(async () => {
    await collector.close()
    await database.drop()
  })

  const raw = (path: string, init: RequestInit = {}) => fetch(`${collector.url}${path}`, init)
  async function export_(path: string): Promise<string> {
    const { secret } = await admin.call('tokenAdd', { body: { name: 'csv', scope: 'read' } })
    return (await raw(path, { headers: { authorization: `Bearer ${secret}` } })).text()
  }

  test('run nothing in a sheet, whichever sign ends its cells', async () => {
    const evil = '=cmd|x;=HYPERLINK(y)'
    const machine = await enrol(collector.url, token, { computerName: evil })
    const client = await WireClient.connect(collector.url, machine, { computerName: evil })
    await client.deliver(1, [
      {
        id: 'i',
        at: Date.now(),
        type: 'inventory',
        complete: [],
        maker: '  @SUM(A1)',
        model: '+1;-1',
        serialNumber: '-1+1',
        components: [{ kind: 'sensor', name: 'falcon', version: '7;=1+1' }],
      },
    ])
    for (const path of ['/api/v1/machines.csv', '/api/v1/asset-register.csv']) {
      let text = ''
      // lists follow what is stored
      await eventually(async () => {
        text = await export_(path)
        expect(text).toContain("'=cmd|x;'=HYPERLINK(y)")
        expect(text).toMatch(/7;'=1\+1/)
      })
      // a cell that begins so, by comma, semicolon, tab or line
      expect(text).not.toMatch(/(?:^|[,;\t\r\n])"?\s*[=+@]/m)
    }
  })

  test('have nothing that is not seen, and halves of pairs hold up nobody', async () => {
    const odd = `RE\u3164CEP\u034FTION\u2800-${HALF}01`
    const [machine, other] = [
      await enrol(collector.url, token, { computerName: odd, agentVersion: '1\u202E.0' }),
      await enrol(collector.url, token),
    ] as [Identity, Identity]
    const client = await WireClient.connect(collector.url, machine, {
      computerName: odd,
      agent: { version: '1\u202E.0', platform: `win32${HALF}` },
    })
    const honest = await WireClient.connect(collector.url, other)
    const components = Array.from({ length: 40 }, (_, n) => ({
      kind: 'driver' as const,
      // each another half, all of which a database would write as the same
      name: `x${String.fromCharCode(0xd800 + n)}.sys`,
      version: '1',
      detail: { [`k${HALF}`]: HALF },
    }))
    client.sendEvents(1, [{ id: 'i', at: Date.now(), type: 'inventory', complete: [], components }])
    await honest.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    await client.frame('ack')
    const {
      machine: row,
      agentVersion,
      components: had,
    } = await admin.call('machine', { path: { id: machine.machine } })
    expect([row.name, agentVersion]).toEqual(['RECEPTION-01', '1.0'])
    expect(had.map(({ name }) => name)).toEqual(['x.sys'])
  })

  test('of people turn nothing around, and what is no text is refused and no fault', async () => {
    const incident = collector.context.incidents.open({
      kind: 'clinical-system',
      subject: 'EMIS Web',
      title: 'EMIS Web is unreachable',
      sentence: 'It cannot be reached.',
      at: Date.now(),
      machines: [],
    }).record.id
    const writer = await withToken(admin, collector.url, 'write')
    const note = (text: string) => writer.call('note', { path: { id: String(incident) }, body: { text } })
    for (const bad of ['a\0b', `a${HALF}`]) {
      expect(await statusOf(note(bad))).toBe(400)
      expect(
        await statusOf(
          admin.call('runbookPut', { path: { id: 'x' }, body: { title: bad, markdown: 'x', matches: [] } }),
        ),
      ).toBe(400)
      expect(await statusOf(admin.call('tokenAdd', { body: { name: bad, scope: 'read' } }))).toBe(400)
    }
    await note('first\nsecond \u202Eelbisivni\u2066 \u05E9\u05DC\u05D5\u05DD 👩‍🔧')
    const { history } = await admin.call('incident', { path: { id: String(incident) } })
    expect(history.find(({ type }) => type === 'note')?.text).toContain(
      'first\nsecond elbisivni \u05E9\u05DC\u05D5\u05DD 👩‍🔧',
    )
    const { secret } = await admin.call('tokenAdd', { body: { name: 'r', scope: 'read' } })
    const headers = { authorization: `Bearer ${secret}` }
    for (const path of [
      'machines?q=%00',
      'machines?q=name:%00',
      'machines/%00',
      'machines/%ED%A0%80',
      'practices/%00',
      'components?name=%00',
      'machines?cursor=%00',
      'incidents/%00',
      'versions/%00',
      'machines/__proto__',
      'practices/__proto__',
      'practices/constructor',
      'machines?q=constructor:x',
      'machines?q=__proto__:x',
      'machines?__proto__=x',
      'machines?sort=__proto__',
      'machines?facets=__proto__',
      'preferences/__proto__',
      'machines/..%2f..%2f..%2fetc%2fpasswd',
    ]) {
      const { status } = await raw(`/api/v1/${path}`, { headers })
      expect([path, status < 500]).toEqual([path, true])
    }
  })

  test('that are packed, nested without end, or large, cost strangers nothing of others’ time', async () => {
    const post = (path: string, body: BodyInit, more: Record<string, string> = {}) =>
      raw(path, { method: 'POST', headers: { 'content-type': 'application/json', ...more }, body })
    const bomb = gzipSync(JSON.stringify({ email: 'a'.repeat(20_000), password: 'b' }))
    for (const path of ['/api/v1/session', '/agent/v1/enrol', '/api/v1/here']) {
      expect((await post(path, bomb, { 'content-encoding': 'gzip' })).status).toBe(415)
      expect((await post(path, `{"a":${'['.repeat(6_000)}${']'.repeat(6_000)}}`)).status).toBe(400)
      expect((await post(path, JSON.stringify({ a: 'x'.repeat(200_000) }))).status).toBe(413)
    }
    const machine = await enrol(collector.url, token)
    const client = await WireClient.connect(collector.url, machine)
    client.send(`{"type":"heartbeat","sentAt":1,"x":${'['.repeat(120_000)}${']'.repeat(120_000)}}`)
    expect((await client.frame('refuse')).message).toContain('nested deeper')
  })
})
