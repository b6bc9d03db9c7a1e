import { get as httpGet, type IncomingMessage } from 'node:http'
import type { Collector } from '@pumphandle/collector'
import { type LiveMessage, type RouteName, routes } from '@pumphandle/shared/api'
import { type Client, openLive } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin, PASSWORD } from '../support/signed-in.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

const PRACTICES = `code,name,region_code,region_name,pcn,pcn_name,opening_hours
A81001,The Densham Surgery,QHM,North East,U1,Stockton PCN,Mon-Sun 00:00-24:00
A81002,"Queens Park, Medical Centre",QHM,North East,U1,Stockton PCN,
`

describe.each(DATABASE_KINDS)('the API over a fleet, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client
  let machines: { identity: Identity; wire: WireClient }[]
  const now = Date.now()

  beforeAll(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
    admin = await firstAdmin(collector)
    await admin.call('practicesImport', { text: PRACTICES })
    machines = []
    for (const [i, site] of ['A81001', 'A81001', 'A81002'].entries()) {
      const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: `for ${i}`, site } })
      const computerName = ['RECEPTION-1', '=RUN("x")', 'GP-3'][i] ?? ''
      const identity = await enrol(collector.url, secret, { computerName })
      const wire = await WireClient.connect(collector.url, identity, { computerName })
      const events: AgentEvent[] = [
        {
          id: 'inv',
          at: now,
          type: 'inventory',
          complete: ['sensor', 'os', 'content'],
          model: 'OptiPlex 3080',
          maker: 'Dell',
          serialNumber: `PF3XK${i}M`,
          readiness: { bitlocker: true },
          components: [
            { kind: 'sensor', name: 'falcon', version: i === 2 ? '7.15.1' : '7.16.18605' },
            {
              kind: 'content',
              name: 'falcon/291',
              version: '2024-07-19T04:09Z',
              detail: { file: 'C-00000291-00000000-00000032.sys', bytes: '41004' },
            },
            { kind: 'os', name: 'windows', version: '19045.4651' },
          ],
        },
      ]
      if (i === 0)
        events.push({
          id: 'crash',
          at: now - 60_000,
          type: 'crash',
          kind: 'bugcheck',
          stopCode: '0x50',
          stopName: 'PAGE_FAULT_IN_NONPAGED_AREA',
          culprit: { driver: 'csagent.sys', reason: 'it is on top of the stack', confidence: 'high' },
          sources: ['log-1001'],
        })
      await wire.deliver(1, events)
      machines.push({ identity, wire })
    }
    await synced()
  })
  afterAll(async () => {
    await collector.close()
    await database.drop()
  })

  /** Until the search index has what was just delivered. */
  async function synced(): Promise<void> {
    for (;;) {
      const page = await admin.call('machines', { query: { q: 'sensor:falcon' } })
      if (page.total === 3) return
      await new Promise((again) => setTimeout(again, 50))
    }
  }
  const uid = (i: number): string => machines[i]?.identity.machine ?? ''

  test('every answer is what its schema says', async () => {
    const path = { id: uid(0), code: 'A81001', machine: uid(0), component: 'sensor:falcon@7.16.18605' }
    // versions are counted once the second in which they were told is over
    await eventually(async () => void (await admin.call('verdict', { path: { component: path.component } })))
    const query: Partial<Record<RouteName, unknown>> = {
      explainQuery: { q: 'state:healthy' },
      suggestQuery: { q: 'sen', at: 3 },
      adoption: { kind: 'sensor', name: 'falcon' },
      changed: { from: now - 86_400_000, until: now + 60_000 },
      machines: { facets: '1' },
    }
    const body = { name: 'Nights', kind: 'ntfy' as const, url: 'http://127.0.0.1:9/nights', enabled: false }
    const channel = await admin.call('channelAdd', { body })
    const paths: Partial<Record<RouteName, unknown>> = { channelPreview: { id: channel.id } }
    for (const [name, route] of Object.entries(routes) as [RouteName, (typeof routes)[RouteName]][]) {
      if (route.method !== 'GET' || !('response' in route) || name.startsWith('incident') || name === 'recovery')
        continue
      const answer: unknown = await admin.call(name, { path: paths[name] ?? path, query: query[name] } as never)
      const parsed = route.response.safeParse(answer)
      expect({ name, issues: parsed.error?.issues ?? [] }).toEqual({ name, issues: [] })
    }
  })

  test('machines by query, with facets, words and pages', async () => {
    const page = await admin.call('machines', { query: { q: 'sensor:falcon@7.16.*', limit: 1, facets: '1' } })
    expect(page.total).toBe(2)
    expect(page.explained).toContain('falcon')
    expect(page.facets?.find((facet) => facet.name === 'sensor')?.values[0]).toMatchObject({ count: 2 })
    const second = await admin.call('machines', {
      query: { q: 'sensor:falcon@7.16.*', limit: 1, cursor: page.next ?? '' },
    })
    expect(second.next).toBeNull()
    expect([...page.items, ...second.items].map((row) => row.name).sort()).toEqual(['=RUN("x")', 'RECEPTION-1'])
    const crashed = await admin.call('machines', { query: { q: 'stop:0x50 region:"North East"' } })
    expect(crashed.items).toMatchObject([
      {
        name: 'RECEPTION-1',
        lastCrashStop: '0x50',
        practice: { code: 'A81001', pcn: 'Stockton PCN' },
        model: 'OptiPlex 3080',
      },
    ])
    expect(crashed.items[0]?.sensors).toMatchObject([{ key: 'sensor:falcon@7.16.18605' }])
    expect((await admin.call('machines', { query: { q: 'had:stop:0x50' } })).total).toBe(1)
    expect((await admin.call('machines', { query: { q: 'queens park' } })).total).toBe(1)
  })

  test('a machine is found by a part of what stands on its case', async () => {
    const { items } = await admin.call('machines', { query: { q: 'xk2m' } })
    expect(items.map(({ name }) => name)).toEqual(['GP-3'])
  })

  test('a query that is wrong says where', async () => {
    const wrong = admin.call('machines', { query: { q: 'stat:dark' } })
    await expect(wrong).rejects.toMatchObject({
      problem: { status: 400, position: { start: 0 }, suggestions: ['state:'] },
    })
    expect(await admin.call('explainQuery', { query: { q: 'stat:dark' } })).toMatchObject({
      ok: false,
      error: { start: 0 },
    })
  })

  test('a machine in full, and its timeline page by page', async () => {
    const detail = await admin.call('machine', { path: { id: uid(0) } })
    expect(detail).toMatchObject({
      maker: 'Dell',
      serialNumber: 'PF3XK0M',
      lastCrash: { stopCode: '0x50', culprit: { driver: 'csagent.sys' } },
      readiness: { bitlocker: true },
    })
    const content = detail.components.find((component) => component.kind === 'content')
    expect(content?.detail).toEqual({ file: 'C-00000291-00000000-00000032.sys', bytes: '41004' })
    const whole = await admin.call('timeline', { path: { id: uid(0) }, query: { limit: 100 } })
    expect(whole.items.map((entry) => entry.lane)).toEqual(expect.arrayContaining(['crash', 'component']))
    expect(whole.items.find((entry) => entry.lane === 'crash')?.text).toContain('csagent.sys is blamed')
    const seen: number[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: { seq: number }[]; next: string | null } = await admin.call('timeline', {
        path: { id: uid(0) },
        query: { limit: 1, cursor },
      })
      seen.push(...page.items.map((entry) => entry.seq))
      cursor = page.next
    }
    expect(seen).toEqual(whole.items.map((entry) => entry.seq))
    expect(whole.total).toBe(whole.items.length)
    await expect(admin.call('machine', { path: { id: 'nobody' } })).rejects.toMatchObject({ problem: { status: 404 } })
  })

  test('overview, practices and sensors count the same fleet', async () => {
    let overview = await admin.call('overview')
    // counted once a second for all pages
    while (overview.heardLastMinute < 3) overview = await admin.call('overview')
    expect(overview).toMatchObject({ machines: 3, practices: 2, heardLastMinute: 3 })
    expect(Object.values(overview.states).reduce((sum, n) => sum + n)).toBe(3)
    const tiles = (await admin.call('tiles')).tiles
    expect(tiles.map((tile) => [tile.practice.code, tile.machines])).toEqual([
      ['A81001', 2],
      ['A81002', 1],
    ])
    const { products } = await admin.call('sensors')
    const falcon = products.find((product) => product.kind === 'sensor')
    expect(falcon?.versions.map((v) => [v.component.version, v.machines, v.newest])).toEqual([
      ['7.16.18605', 2, true],
      ['7.15.1', 1, false],
    ])
    const series = await admin.call('fleetSeries', { query: { hours: 1 } })
    expect(series.crashes.reduce((sum, n) => sum + n)).toBe(1)
    const adoption = await admin.call('adoption', { query: { kind: 'sensor', name: 'falcon', hours: 1 } })
    expect(adoption.versions.map((v) => v.machines.at(-1))).toEqual([2, 1])
  })

  test('a list that has not changed is not sent again', async () => {
    const headers = {
      authorization: `Bearer ${(await admin.call('tokenAdd', { body: { name: 'etag', scope: 'read' } })).secret}`,
    }
    // fetch itself adds a header that forbids such an answer
    const get = (more: Record<string, string>): Promise<IncomingMessage> =>
      new Promise((done, failed) => {
        const request = httpGet(
          `${collector.url}/api/v1/components`,
          { headers: { ...headers, ...more } },
          (response) => done(response.resume()),
        )
        request.once('error', failed)
      })
    const { etag } = (await get({})).headers
    const again = await get({ 'if-none-match': etag ?? '' })
    expect(again.statusCode).toBe(304)
  })

  test('CSV and NDJSON of exactly what the query shows; a formula does not run', async () => {
    const csv = await (await admin.open('machinesCsv', { query: { q: 'practice:A81001', bom: '1' } })).arrayBuffer()
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(csv)
    expect(text.startsWith('\uFEFFid,name,')).toBe(true)
    expect(text.trimEnd().split('\r\n')).toHaveLength(3)
    expect(text).toContain(`"'=RUN(""x"")"`)
    const lines = (await (await admin.open('machinesNdjson', { query: { q: '' } })).text()).trimEnd().split('\n')
    const names = lines.map((line) => (JSON.parse(line) as { name: string }).name)
    const listed = (await admin.call('machines')).items.map((row) => row.name)
    expect(names).toEqual(listed)
    const register = await (await admin.open('assetRegister')).text()
    expect(register).toContain('Dell,OptiPlex 3080,PF3XK0M')
  })

  test('live: what happens is told, and a page that comes back gets what it missed', async () => {
    const { secret } = await admin.call('tokenAdd', { body: { name: 'live', scope: 'read' } })
    const messages: LiveMessage[] = []
    const wire = machines[1]?.wire as WireClient
    await new Promise<void>((done) => {
      const live = openLive({
        url: collector.url,
        token: secret,
        clock: systemClock,
        onMessage(message) {
          messages.push(message)
          if (message.type === 'hello')
            void wire.deliver(2, [{ id: 'b', at: now, type: 'boot-loop', boots: 3, since: now }])
          if (message.type === 'machine-events' && message.ids.includes(uid(1))) {
            live.end()
            done()
          }
        },
      })
    })
    expect(messages[0]).toMatchObject({ type: 'hello' })
    const old = await fetch(`${collector.url}/api/v1/live`, {
      headers: { authorization: `Bearer ${secret}`, 'last-event-id': 'gone-1' },
    })
    const reader = (old.body as ReadableStream<Uint8Array>).getReader()
    let heard = ''
    while (!heard.includes('reset')) heard += new TextDecoder().decode((await reader.read()).value)
    await reader.cancel()
  })

  test('live: a machine that was enrolled a moment ago is told, with a practice that nobody imported', async () => {
    const { secret } = await admin.call('tokenAdd', { body: { name: 'live enrol', scope: 'read' } })
    const enrolment = await admin.call('enrolmentTokenAdd', { body: { name: 'new practice', site: 'B82001' } })
    const seen: LiveMessage[] = []
    const told = await new Promise<Identity>((done, failed) => {
      let enrolled: Identity | undefined
      const live = openLive({
        url: collector.url,
        token: secret,
        clock: systemClock,
        onMessage(message) {
          seen.push(message)
          if (message.type === 'hello')
            enrol(collector.url, enrolment.secret, { computerName: 'NEW-1' }).then((it) => (enrolled = it), failed)
          // the practices come last of what one moment tells
          if (!enrolled || !seen.some((one) => one.type === 'practices' && one.codes.includes('B82001'))) return
          live.end()
          done(enrolled)
        },
      })
    })
    const changed = seen.flatMap((one) => (one.type === 'machines' ? one.changed : []))
    expect(changed.find(({ id }) => id === told.machine)).toMatchObject({ state: 'offline', practice: 'B82001' })
    // searched by its practice as soon as the index has it
    let found = await admin.call('machines', { query: { q: 'practice:B82001' } })
    while (found.total === 0) found = await admin.call('machines', { query: { q: 'practice:B82001' } })
    expect(found.items).toMatchObject([{ id: told.machine, practice: { code: 'B82001' } }])
    await collector.context.importPractices('code,name\nB82001,Hope Surgery\n', { dryRun: false, region: 'icb' })
    while (found.items[0]?.practice?.name !== 'Hope Surgery')
      found = await admin.call('machines', { query: { q: 'practice:"Hope Surgery"' } })
    expect((await admin.call('practices', { query: { q: 'hope' } })).items).toMatchObject([{ machines: 1 }])
  })

  test('signing out ends the live stream of that session', async () => {
    const { browserFetch } = await import('../support/signed-in.ts')
    const send = browserFetch(collector.url)
    const body = JSON.stringify({ email: 'ada@example.nhs.uk', password: PASSWORD })
    const headers = { 'content-type': 'application/json' }
    await send(`${collector.url}/api/v1/session`, { method: 'POST', headers, body })
    const stream = await send(`${collector.url}/api/v1/live`)
    const ended = stream.text()
    await send(`${collector.url}/api/v1/session`, { method: 'DELETE' })
    expect(await ended).toContain('hello')
  })
})
