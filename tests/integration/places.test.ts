import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Collector } from '@pumphandle/collector'
import { type Places, ROLES, type Role, type RouteName, routes } from '@pumphandle/shared/api'
import { type Client, createClient, PATHS } from '@pumphandle/shared/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { readZip } from '../support/read-zip.ts'
import { browserFetch, firstAdmin, PASSWORD } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'
import { type Code, FLEET, type Made, type Row, SCOPES, TABLE } from './places-table.ts'

test('the table has every route, and the routes say the same', () => {
  expect(Object.keys(TABLE).toSorted()).toEqual(Object.keys(routes).toSorted())
  const said = Object.entries(routes as Record<string, { access: string; byPlace?: true }>).filter(
    ([name, route]) =>
      route.access !== TABLE[name as RouteName].least ||
      (route.access !== 'public' && (route.byPlace === true) !== TABLE[name as RouteName].byPlace),
  )
  expect(said.map(([name]) => name)).toEqual([])
})

describe.each(DATABASE_KINDS)('roles by place, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client
  let made: Made
  const wires = new Map<Code, WireClient>()
  /** What must not be read by who does not see a practice. */
  const words = new Map<Code, string[]>()
  const people = new Map<string, { client: Client; send: typeof fetch }>()

  beforeAll(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
    admin = await firstAdmin(collector)
    const rows = Object.entries(FLEET).map(
      ([code, p]) =>
        `${code},${p.name},${p.region},Region ${p.region},${p.network},Network ${p.network},${code === 'A81001' ? 'ring:pilot' : 'ring:broad'}`,
    )
    await admin.call('practicesImport', {
      text: `code,name,region_code,region_name,pcn_code,pcn_name,tags\n${rows.join('\n')}\n`,
    })
    const { secret } = await admin.call('enrolmentTokenAdd', {
      body: { name: 'all', site: Object.keys(FLEET).join(',') },
    })
    const { incidents, fleet, clock } = collector.context
    const uids = new Map<Code, string[]>()
    for (const [code, { name, machines }] of Object.entries(FLEET) as [Code, (typeof FLEET)[Code]][]) {
      const tree = name.split(' ')[0] ?? ''
      const found: string[] = []
      for (let i = 0; i < machines; i++) {
        const computerName = `${tree.toUpperCase()}-PC-${i}`
        const identity = await enrol(collector.url, secret, { computerName, site: code })
        found.push(identity.machine)
        const wire = await WireClient.connect(collector.url, identity, { computerName })
        const at = Date.now()
        await wire.deliver(1, [
          {
            id: 'i',
            at,
            type: 'inventory',
            model: `${tree} 9000`,
            complete: ['sensor'],
            components: [{ kind: 'sensor', name: tree.toLowerCase(), version: '1.0' }],
          },
          { id: 'b', at, type: 'boot', bootId: 'boot-1', start: 'cold', previous: { end: 'bugcheck' } },
        ])
        wires.set(code, wire)
      }
      uids.set(code, found)
      words.set(code, [tree, tree.toUpperCase(), tree.toLowerCase(), code, ...found])
    }
    const members = (codes: readonly Code[]) =>
      codes.flatMap((code) =>
        (uids.get(code) ?? []).map((uid) => ({
          machine: fleet.byUid(uid)?.id ?? -1,
          reason: 'vanished',
          failedAt: clock.now(),
        })),
      )
    const raise = (subject: string, codes: readonly Code[]) =>
      incidents.open({
        kind: 'practice-line',
        subject,
        title: `Trouble ${subject}`,
        sentence: `${members(codes).length} machines: ${codes.map((code) => FLEET[code].name).join(', ')}`,
        at: clock.now(),
        machines: members(codes),
      }).record.id
    made = {
      admin: (await admin.call('users')).items[0]?.id ?? 0,
      shared: raise('of all', ['A81001', 'A81002', 'B81003', 'B81004']),
      mine: { machine: uids.get('A81001')?.[0] ?? '', incident: raise('one', ['A81001']) },
      theirs: { machine: uids.get('B81003')?.[0] ?? '', incident: raise('two', ['B81003']) },
    }
    words.get('B81003')?.push('Trouble two')
    await collector.context.desk.flush()
    for (const role of ROLES)
      for (const [scope, { places }] of Object.entries(SCOPES)) {
        const email = `${role}.${scope}@example.org`
        const { link } = await admin.call('invite', { body: { email, role, places } })
        const send = browserFetch(collector.url)
        const client = createClient({ url: collector.url, fetch: send })
        await client.call('redeem', {
          body: { token: link.split('#')[1] ?? '', name: `${role} ${scope}`, password: PASSWORD },
        })
        people.set(`${role} ${scope}`, { client, send })
      }
  })
  afterAll(async () => {
    for (const wire of wires.values()) wire.socket.terminate()
    await collector.close()
    await database.drop()
  })

  const as = (role: Role, scope: string) => people.get(`${role} ${scope}`) as { client: Client; send: typeof fetch }
  /** What of others stands in a text. */
  const leaks = (text: string, scope: string): string[] =>
    [...words].flatMap(([code, said]) =>
      SCOPES[scope]?.sees.includes(code) ? [] : said.filter((word) => text.includes(word)),
    )
  const statusOf = (asked: Promise<Response>): Promise<[number, string]> =>
    asked.then(
      async (response) => [response.status, await textOf(response)] as [number, string],
      (error: unknown) => [(error as { problem?: { status: number } }).problem?.status ?? 0, ''] as [number, string],
    )

  test.each(Object.keys(SCOPES))('every route as every role, with the scope %s', async (scope) => {
    const wrong: string[] = []
    for (const role of ROLES)
      for (const [name, row] of Object.entries(TABLE) as [RouteName, Row][]) {
        if (row.least === 'public' || name === 'live' || name === 'signOut') continue
        const { client, send } = as(role, scope)
        const isAllowed = ROLES.indexOf(role) >= ROLES.indexOf(row.least) && (scope === 'all' || row.byPlace)
        const who = `${name} as ${role} of ${scope}`
        if (!isAllowed) {
          const [method = '', path = ''] = PATHS[name].split(' ')
          const knocked = await send(`${collector.url}/api/v1${path.replace(/\{\w+\}/g, '999999')}`, { method })
          if (knocked.status !== 403) wrong.push(`${who}: ${knocked.status}`)
          await knocked.body?.cancel()
          continue
        }
        if (row.mine) {
          const [status, text] = await statusOf(client.open(name, row.mine(made) as never))
          if (status !== 200) wrong.push(`${who}: ${status} of its own`)
          for (const leak of leaks(text, scope)) wrong.push(`${who} reads ${leak}`)
        }
        if (row.theirs && scope !== 'all') {
          const [status] = await statusOf(client.open(name, row.theirs(made) as never))
          if (status !== 404 && status !== 403) wrong.push(`${who}: ${status} of others`)
        }
      }
    expect(wrong).toEqual([])
  })

  test.each(Object.keys(SCOPES))('every count is of these places: %s', async (scope) => {
    const { client } = as('viewer', scope)
    const sees = SCOPES[scope]?.sees ?? []
    const machines = sees.reduce((sum, code) => sum + FLEET[code].machines, 0)
    const overview = await client.call('overview')
    expect(overview).toMatchObject({ machines, practices: sees.length })
    expect(overview.heardLastMinute).toBeLessThanOrEqual(machines)
    expect(Object.values(overview.states).reduce((a, b) => a + b)).toBe(machines)
    expect(overview.health.connections).toBe(machines)
    expect((await client.call('tiles')).tiles.map((tile) => tile.practice.code).toSorted()).toEqual(sees)
    expect(await client.call('practices', { query: {} })).toMatchObject({ total: sees.length })
    const found = await client.call('machines', { query: { facets: '1' } })
    expect(found.total).toBe(machines)
    for (const facet of found.facets ?? [])
      for (const value of facet.values) expect(value.count).toBeLessThanOrEqual(machines)
    expect((await client.call('machines', { query: { q: `incident:${made.shared}` } })).total).toBe(machines)
    expect(
      (await client.call('machines', { query: { q: 'had:sensor:*@* ' } }).catch(() => ({ total: machines }))).total,
    ).toBe(machines)
    const { items } = await client.call('incidents', { query: { status: 'all' } })
    expect(items.find(({ id }) => id === made.shared)).toMatchObject({
      cohorts: { affected: machines },
      practices: sees.length,
    })
    expect(items.some(({ id }) => id === made.theirs.incident)).toBe(scope === 'all')
    const board = await client.call('recovery', { path: { id: made.shared }, query: {} })
    expect(board).toMatchObject({ total: machines, counts: { affected: machines } })
    const series = await client.call('fleetSeries', { query: { hours: 24 } })
    expect(series.boots.reduce((a, b) => a + b)).toBe(machines)
    const sensors = await client.call('sensors')
    expect(sensors.products.reduce((sum, product) => sum + product.machines, 0)).toBe(machines)
    const csv = await (await client.open('machinesCsv', { query: {} })).text()
    expect(csv.trim().split('\n')).toHaveLength(machines + 1)
  })

  test('what is wrong with the collector is told without counts of the whole fleet, and without others’ channels', async () => {
    const { healthParts } = collector.context
    let isWrong = true
    const wrong = {
      'hears-nobody': 'No machine was heard for 7 minutes, though 15 were connected within the hour.',
      behind: '12345 events wait to be stored.',
      'channel-dead-7': 'Messages do not reach the channel “Cedar’s own”.',
      'slow-store': 'The database took 3000 ms for the last write; look at its disk.',
    }
    for (const [code, title] of Object.entries(wrong))
      healthParts.also(() => (isWrong ? { code, title, severity: 'warning' } : undefined))
    const told = async (scope: string) => {
      const { client } = as('admin', scope)
      const { problems } = await client.call('health')
      expect((await client.call('overview')).health.problems).toEqual(problems)
      return problems.map(({ code, title }) => `${code}: ${title}`).join(' ')
    }
    try {
      for (const title of Object.values(wrong)) expect(await told('all')).toContain(title)
      const said = await told('practice')
      for (const kept of ['hears-nobody', 'behind', wrong['slow-store']]) expect(said).toContain(kept)
      for (const others of ['15', '12345', 'Cedar']) expect(said).not.toContain(others)
    } finally {
      isWrong = false
    }
  })

  test('figures for Prometheus are of the whole fleet, and for those who have it', async () => {
    expect((await as('admin', 'practice').send(`${collector.url}/metrics`)).status).toBe(403)
    expect((await as('viewer', 'all').send(`${collector.url}/metrics`)).status).toBe(200)
  })

  test.each(Object.keys(SCOPES))('the live stream tells of these places alone: %s', async (scope) => {
    const abort = new AbortController()
    const response = await as('viewer', scope).send(`${collector.url}/api/v1/live`, { signal: abort.signal })
    let text = ''
    const reading = (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
    })().catch(() => undefined)
    const { fleet, incidents, clock } = collector.context
    // something of each practice, that which all see last
    for (const code of Object.keys(FLEET).toReversed() as Code[])
      for (const uid of words.get(code)?.filter((word) => fleet.byUid(word)) ?? []) {
        const found = fleet.byUid(uid)
        if (found)
          collector.context.changes.emit('machine-changed', { machine: found, from: found.state, at: clock.now() })
      }
    for (const id of [made.theirs.incident, made.shared, made.mine.incident]) {
      const raised = incidents.get(id)
      if (raised) incidents.note(raised, 'note', 'Ada', 'x', clock.now())
    }
    await eventually(() => {
      expect(text).toContain(made.mine.machine)
      expect(text).toContain('Trouble one')
    })
    abort.abort()
    await reading
    expect(leaks(text, scope)).toEqual([])
    const sees = SCOPES[scope]?.sees ?? []
    const machines = sees.reduce((sum, code) => sum + FLEET[code].machines, 0)
    const counts = [...text.matchAll(/^data: (.*"type":"counts".*)$/gm)].map(
      ([, json]) => JSON.parse(json ?? '') as { states: Record<string, number> },
    )
    for (const { states } of counts) expect(Object.values(states).reduce((a, b) => a + b)).toBe(machines)
  })

  test('a responder marks their own machines, and acts on what is theirs alone', async () => {
    const { client } = as('technician', 'practice')
    const marked = { path: { id: made.shared, machine: made.mine.machine }, body: { mark: 'attended' as const } }
    expect(await client.call('mark', marked)).toMatchObject({ mark: 'attended' })
    const shared = client.call('resolve', { path: { id: made.shared }, body: {} })
    await expect(shared).rejects.toMatchObject({ problem: { status: 403, title: 'Not yours alone' } })
    const own = { path: { id: made.mine.incident } }
    expect(await client.call('acknowledge', { ...own, body: {} })).toMatchObject({ status: 'acknowledged' })
    await client.call('note', { ...own, body: { text: 'rang them' } })
    const { history } = await client.call('incident', own)
    expect(history.map(({ text }) => text)).toContain('rang them')
  })

  test('what is done to many machines at once is done to one’s own alone', async () => {
    const { client } = as('technician', 'practice')
    const both = [made.mine.machine, made.theirs.machine]
    const tags = (which: object) => client.call('tagsChange', { body: { ...which, add: ['seen:here'], remove: [] } })
    expect(await tags({ ids: both })).toEqual({ machines: 1, practices: 0, stillAsked: [] })
    expect(await tags({ q: 'practice:B81003' })).toEqual({ machines: 0, practices: 0, stillAsked: [] })
    await eventually(async () => {
      const found = await admin.call('machines', { query: { q: 'tag:seen' } })
      expect(found.items.map((row) => row.id)).toEqual([made.mine.machine])
    })
    const own = as('admin', 'practice').client
    const body = { practices: ['B81003'], add: ['ring:pilot'], remove: [] }
    await expect(own.call('tagsChange', { body })).rejects.toMatchObject({ problem: { status: 404 } })
    // one that is chosen and connected stays; one of others is not even chosen
    const retire = (id: string) => client.call('machinesRetire', { body: { ids: [id], why: 'x' } })
    expect([await retire(made.mine.machine), await retire(made.theirs.machine)]).toEqual([
      { retired: 0, connected: 1 },
      { retired: 0, connected: 0 },
    ])
    expect(await own.call('machinesDelete', { body: { ids: [made.theirs.machine] } })).toEqual({ deleted: 0 })
  })

  test('a verdict is counted over the whole fleet, and told to those who have it', async () => {
    const { client } = as('viewer', 'practice')
    expect(await client.call('verdicts', { query: {} })).toEqual({ items: [], next: null, total: 0 })
    // of one's own version neither: its failures elsewhere are not one's own
    const own = client.call('verdict', { path: { component: 'sensor:alder@1.0' }, query: {} })
    await expect(own).rejects.toMatchObject({ problem: { status: 404 } })
    const whole = await as('viewer', 'all').client.call('verdict', {
      path: { component: 'sensor:alder@1.0' },
      query: {},
    })
    expect(whole.verdict).toMatchObject({ machines: 1 })
  })

  test('an admin of a region invites for it, and cannot reach beyond it', async () => {
    const { client } = as('admin', 'region')
    const invite = (email: string, places: Places | null) =>
      client.call('invite', { body: { email, role: 'admin', places } })
    await invite('site@example.org', { regions: [], networks: [], practices: ['A81002'], tags: [] })
    const refused = { problem: { status: 403 } }
    await expect(invite('x@example.org', null)).rejects.toMatchObject(refused)
    await expect(
      invite('x@example.org', { regions: ['R02'], networks: [], practices: [], tags: [] }),
    ).rejects.toMatchObject(refused)
    await expect(
      invite('x@example.org', { regions: [], networks: [], practices: ['B81003'], tags: [] }),
    ).rejects.toMatchObject(refused)
    // a link for somebody else's account would set its password
    const own = { regions: ['R01'], networks: [], practices: [], tags: [] }
    await expect(invite('ada@example.nhs.uk', own)).rejects.toMatchObject(refused)
    const { items } = await client.call('users')
    expect(items.every(({ places }) => places !== null)).toBe(true)
    expect(items.map(({ email }) => email)).toContain('site@example.org')
  })

  test('a channel of some places is told of these alone, and offers nobody to take it from the others', async () => {
    const got: string[] = []
    const server = createServer((req, res) => {
      req.on('data', (chunk: Buffer) => got.push(chunk.toString())).on('end', () => res.end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const channel = { kind: 'webhook' as const, places: SCOPES['practice']?.places ?? null }
    await admin.call('channelAdd', { body: { ...channel, name: 'site', url: `${url}/site` } })
    const bad = { ...channel, name: 'bad', url, places: { regions: [], networks: [], practices: ['A8100'], tags: [] } }
    await expect(admin.call('channelAdd', { body: bad })).rejects.toMatchObject({ problem: { status: 400 } })
    const { incidents, clock } = collector.context
    for (const id of [made.theirs.incident, made.shared]) {
      const raised = incidents.get(id)
      if (raised) incidents.setStatus(raised, 'open', 'opened', 'collector', raised.record.sentence, clock.now())
    }
    await collector.context.desk.flush()
    await eventually(() => expect(got.join('')).toContain('Trouble of all'))
    server.close()
    expect(leaks(got.join(''), 'practice')).toEqual([])
    expect(got.join('')).toContain('1 machine affected')
    expect(got.join('')).not.toContain('/acknowledge#')
  })

  test('a channel of what a query finds is told of these machines alone, and is changed in place', async () => {
    const got: string[] = []
    const server = createServer((req, res) => {
      req.on('data', (chunk: Buffer) => got.push(`${req.url} ${chunk.toString()}`)).on('end', () => res.end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const about = { kind: 'webhook' as const, url: `${url}/group`, secret: 's3cret' }
    const bad = { ...about, name: 'bad', q: 'nonsense:1' }
    await expect(admin.call('channelAdd', { body: bad })).rejects.toMatchObject({ problem: { status: 400 } })
    const { id } = await admin.call('channelAdd', { body: { ...about, name: 'group', q: 'practice:Z99999' } })
    // neither address nor secret is said again
    const change = { name: 'ours', kind: 'webhook' as const, q: 'practice:A81001' }
    const changed = await admin.call('channelChange', { path: { id }, body: change })
    expect(changed).toMatchObject({
      id,
      name: 'ours',
      q: 'practice:A81001',
      target: new URL(url).host,
      hasSecret: true,
    })
    const nobody = admin.call('channelChange', { path: { id: 9_999 }, body: change })
    await expect(nobody).rejects.toMatchObject({ problem: { status: 404 } })
    const { incidents, clock } = collector.context
    for (const one of [made.theirs.incident, made.shared]) {
      const raised = incidents.get(one)
      if (raised) incidents.setStatus(raised, 'open', 'opened', 'collector', raised.record.sentence, clock.now())
    }
    await collector.context.desk.flush()
    await eventually(() => expect(got.join('')).toContain('Trouble of all'))
    await admin.call('channelDelete', { path: { id } })
    server.close()
    expect(leaks(got.join(''), 'practice')).toEqual([])
    expect(got.join('')).toContain('1 machine affected')
  })

  test('a group is used by whoever has some places where somebody said so, and finds their own machines', async () => {
    const add = (name: string, forPlaces: boolean) =>
      admin.call('savedQueryAdd', { body: { name, q: 'state:healthy,crashed,dark,offline', forPlaces } })
    const ours = await add('Watched', true)
    const secret = await add('Secret', false)
    const { client } = as('viewer', 'practice')
    await eventually(async () => {
      const { items } = await client.call('savedQueries')
      expect(items.map(({ name }) => name)).toEqual(['Watched'])
      const found = await client.call('machines', { query: { q: 'group:Watched' } })
      expect(found.total).toBe(items[0]?.machines)
      expect(found.total).toBeGreaterThan(0)
    })
    expect((await client.call('machines', { query: { q: 'group:Secret' } })).total).toBe(0)
    for (const { id } of [ours, secret]) await admin.call('savedQueryDelete', { path: { id } })
  })

  test('places that change hold at once, also on an open stream; a machine that moves goes with its practice', async () => {
    const { items } = await admin.call('users')
    const id = items.find(({ email }) => email === 'viewer.network@example.org')?.id ?? 0
    const { client, send } = as('viewer', 'network')
    const stream = await send(`${collector.url}/api/v1/live`)
    await admin.call('userChange', {
      path: { id },
      body: { places: { regions: [], networks: [], practices: ['A81002'], tags: [] } },
    })
    for await (const _ of stream.body ?? []) continue
    expect((await client.call('machines', { query: {} })).total).toBe(2)
    await admin.call('machinesMove', { body: { ids: [made.theirs.machine], practice: 'A81002' } })
    await eventually(async () => {
      const found = await client.call('machines', { query: { q: 'sensor:cedar' } })
      expect(found.items.map((row) => row.id)).toEqual([made.theirs.machine])
    })
    await admin.call('machinesMove', { body: { ids: [made.theirs.machine], practice: 'B81003' } })
    await eventually(async () => expect((await client.call('machines', { query: {} })).total).toBe(2))
    await expect(client.call('machine', { path: { id: made.theirs.machine } })).rejects.toMatchObject({
      problem: { status: 404 },
    })
  })

  test('what is everybody’s, and notes of who was who, tell nothing of machines elsewhere', async () => {
    const { incidents, clock, desk } = collector.context
    const down = {
      kind: 'clinical-system' as const,
      subject: 'EMIS',
      title: 'EMIS is unreachable',
      at: clock.now(),
      machines: [],
    }
    const { id } = incidents.open({ ...down, sentence: 'EMIS cannot be reached from 3 of 4 practices.' }).record
    await desk.flush()
    await admin.call('note', { path: { id }, body: { text: 'rang Cedar Clinic' } })
    const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'again', site: 'A81001,A81002,B81003' } })
    const again = (computerName: string, site: Code, mark: string) =>
      enrol(collector.url, secret, { computerName, site, fingerprint: mark.repeat(32) })
    await again('CEDAR-PC-OLD', 'B81003', 'ab')
    const moved = await again('ALDER-PC-NEW', 'A81001', 'ab')
    const before = await again('BIRCH-PC-OLD', 'A81002', 'cd')
    const near = await again('ALDER-PC-NEXT', 'A81001', 'cd')
    const notesOf = async (scope: string, { machine }: { machine: string }) => {
      const { identity } = await as('viewer', scope).client.call('machine', { path: { id: machine } })
      return identity.notes.map(({ text }) => text).join(' ')
    }
    await eventually(async () => expect(await notesOf('all', moved)).toContain('CEDAR-PC-OLD'))
    await eventually(async () => expect(await notesOf('region', near)).toContain(before.machine))
    for (const scope of ['region', 'practice']) {
      expect(await notesOf(scope, moved)).toBe(
        'It says to be the same computer as a machine that is not of your places.',
      )
      const detail = await as('viewer', scope).client.call('incident', { path: { id } })
      expect(detail.incident.title).toBe('EMIS is unreachable')
      expect(leaks(JSON.stringify(detail), scope)).toEqual([])
      expect(JSON.stringify(detail)).not.toContain('of 4')
    }
    const whole = await as('viewer', 'all').client.call('incident', { path: { id } })
    expect(whole.history.map(({ text }) => text)).toContain('rang Cedar Clinic')
  })
})

/** What a file says: a ZIP is opened. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.includes('zip')) return response.text()
  const files = readZip(Buffer.from(await response.arrayBuffer()))
  return [...files.values()].map(String).join('\n')
}
