import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

function ods(code: string, name: string, status = 'A', commissioner = '16C'): string {
  const cells = [
    code,
    name,
    'Y63',
    'QHM',
    'LAWSON STREET',
    '',
    '',
    '',
    '',
    'TS18 1HU',
    '19740401',
    '',
    status,
    'B',
    commissioner,
  ]
  return [...cells, ...Array.from({ length: 10 }, () => ''), '4', ''].map((cell) => `"${cell}"`).join(',')
}

describe.each(DATABASE_KINDS)('practices, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client

  beforeAll(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
    admin = await firstAdmin(collector)
  })
  afterAll(async () => {
    await collector.close()
    await database.drop()
  })

  test('an import says what it would change, changes it, and changes nothing the second time', async () => {
    // enrolled before anybody imported anything: the practice is called by its code
    const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'x', site: 'A81001' } })
    await enrol(collector.url, secret, { computerName: 'GP-1' })
    const text = [ods('A81001', 'THE DENSHAM SURGERY'), ods('A81002', 'QUEENS PARK')].join('\r\n')
    const dry = await admin.call('practicesImport', { text, query: { dryRun: '1' } })
    expect(dry).toMatchObject({ dryRun: true, rows: 2, added: 1, changed: 1, closed: 0, errors: [] })
    expect(dry.sample[0]).toMatchObject({ code: 'A81001' })
    expect((await admin.call('machines', { query: { q: 'densham' } })).total).toBe(0)
    expect(await admin.call('practicesImport', { text })).toMatchObject({ dryRun: false, added: 1, changed: 1 })
    expect((await admin.call('machines', { query: { q: 'densham region:16C' } })).items).toMatchObject([
      { name: 'GP-1', practice: { code: 'A81001', name: 'The Densham Surgery', region: '16C' } },
    ])
    expect(await admin.call('practicesImport', { text })).toMatchObject({ added: 0, changed: 0, unchanged: 2 })
  })

  test('tags are set by people, by query and by file, asked for, grouped, exported, and stand in the audit log', async () => {
    const text = 'code,name,tags\nA81001,The Densham Surgery,ring:broad; Owner:Smith\n'
    expect(await admin.call('practicesImport', { text })).toMatchObject({ changed: 1, errors: [] })
    const find = async (q: string) => (await admin.call('machines', { query: { q, facets: '1' } })).items
    const [machine] = await find('tag:ring:broad tag:owner')
    expect(machine?.tags).toEqual(['owner:smith', 'ring:broad'])
    // what is said of the machine goes before what is said of its practice
    await admin.call('tagsChange', { body: { q: 'name:GP-1', add: ['ring:Pilot', 'floor:2'] } })
    expect(await find('tag:ring:broad')).toEqual([])
    const detail = await admin.call('machine', { path: { id: machine?.id ?? '' } })
    expect(detail.tagged).toEqual([
      { tag: 'floor:2', by: 'machine' },
      { tag: 'owner:smith', by: 'practice' },
      { tag: 'ring:pilot', by: 'machine' },
    ])
    expect((await admin.call('tags')).items).toEqual([
      { tag: 'floor:2', machines: 1, practices: 0 },
      { tag: 'owner:smith', machines: 1, practices: 1 },
      { tag: 'ring:broad', machines: 0, practices: 1 },
      { tag: 'ring:pilot', machines: 1, practices: 0 },
    ])
    // a saved question is a group: who is in it now
    const saved = await admin.call('savedQueryAdd', { body: { name: 'Pilot ring', q: 'tag:ring:pilot' } })
    expect(await find('group:"pilot ring"')).toHaveLength(1)
    // who gives a tag another name hears what still goes by the old one
    const taken = await admin.call('tagsChange', {
      body: { ids: [machine?.id ?? ''], remove: ['ring', 'floor:2'] },
    })
    expect(taken).toEqual({ machines: 1, practices: 0, stillAsked: ['the saved question “Pilot ring”'] })
    expect(await find('group:"pilot ring"')).toEqual([])
    expect(await find('tag:ring:broad')).toHaveLength(1)
    // no mail server is set here: a promise that cannot be kept is not made
    const asked = admin.call('savedQueryFollow', { path: { id: saved.id }, body: { follow: true } })
    await expect(asked).rejects.toThrow('PUMPHANDLE_SMTP')
    expect((await admin.call('savedQueries')).items).toMatchObject([{ id: saved.id, followed: false }])
    await admin.call('savedQueryDelete', { path: { id: saved.id } })
    const csv = await (await admin.open('machinesCsv', { query: { q: 'tag:owner:smith' } })).text()
    expect(csv).toContain('owner:smith ring:broad')
    for (const body of [{ q: 'name:GP-1', add: ['two words'] }, { q: '', add: ['a'] }, { ids: [machine?.id ?? ''] }])
      await expect(admin.call('tagsChange', { body })).rejects.toMatchObject({ problem: { status: 400 } })
    const many = Array.from({ length: 20 }, (_, i) => `k${i}`)
    await admin.call('tagsChange', { body: { q: 'name:GP-1', add: many } })
    await expect(admin.call('tagsChange', { body: { q: 'name:GP-1', add: ['one-more'] } })).rejects.toMatchObject({
      problem: { status: 409 },
    })
    await admin.call('tagsChange', { body: { q: 'name:GP-1', remove: many } })
    const { items } = await admin.call('audit', { query: { limit: 20 } })
    expect(items.map(({ detail: what }) => what)).toContain('+ring:pilot +floor:2')
    await admin.call('tagsChange', { body: { practices: ['A81001'], remove: ['ring', 'owner'] } })
    expect(await find('tag:*')).toEqual([])
  })

  test('a plain CSV adds names and networks, and merges; what is closed or merged keeps its machines', async () => {
    const text =
      'code,name,region,region name,pcn,pcn name,merged into\nA81001,The Densham Surgery,16C,Tees Valley,U1,Stockton,A81002\n'
    expect(await admin.call('practicesImport', { text })).toMatchObject({ closed: 1, errors: [] })
    const merged = await admin.call('practice', { path: { code: 'A81001' } })
    expect(merged).toMatchObject({
      status: 'merged',
      mergedInto: 'A81002',
      machines: 1,
      practice: { region: 'Tees Valley', pcn: 'Stockton' },
    })
    expect((await admin.call('machines', { query: { q: 'practice:A81001 pcn:Stockton' } })).total).toBe(1)
    await admin.call('practicesImport', { text: ods('A81002', 'QUEENS PARK', 'C') })
    expect(await admin.call('practice', { path: { code: 'A81002' } })).toMatchObject({ status: 'closed' })
    const tiles =
      'code,name,region,tile row,tile column\nA81004,Mill,16C,2,3\nA81005,Weir,16C,0,3\nA81006,Lock,16C,2,3\n'
    const placed = await admin.call('practicesImport', { text: tiles })
    expect(placed).toMatchObject({ added: 2, errors: [{ row: 3, message: expect.stringContaining('from 1 to 40') }] })
    expect((await admin.call('tiles')).grid).toEqual([{ region: 'Tees Valley', row: 2, column: 3 }])
    const lost = await admin.call('practicesImport', { text: 'code,name,merged into\nA81003,X,A89999\n' })
    expect(lost.errors).toEqual([
      { row: 2, message: 'Line 2: A81003 is merged into A89999, which is neither known nor in the file.' },
    ])
  })

  test('a machine says its own tags: without what is none, after those of people, until it says others', async () => {
    const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'tags', site: 'A81002' } })
    const identity = await enrol(collector.url, secret, { computerName: 'GP-9' })
    const says = async (...tags: string[]) =>
      (await WireClient.connect(collector.url, identity, { computerName: 'GP-9', tags })).close()
    const tagged = async () => (await admin.call('machine', { path: { id: identity.machine } })).tagged
    await says('Ring:Pilot', '<script>', 'floor:1')
    await eventually(async () =>
      expect(await tagged()).toEqual([
        { tag: 'floor:1', by: 'agent' },
        { tag: 'ring:pilot', by: 'agent' },
      ]),
    )
    await eventually(async () =>
      expect((await admin.call('machines', { query: { q: 'tag:ring:pilot' } })).total).toBe(1),
    )
    await admin.call('tagsChange', { body: { ids: [identity.machine], add: ['ring:broad'] } })
    await says('ring:pilot')
    await eventually(async () => expect(await tagged()).toEqual([{ tag: 'ring:broad', by: 'machine' }]))
    await admin.call('tagsChange', { body: { ids: [identity.machine], remove: ['ring'] } })
    expect(await tagged()).toEqual([{ tag: 'ring:pilot', by: 'agent' }])
  })

  test('hours and contacts are kept, and hours are checked', async () => {
    const path = { code: 'A81002' }
    const contacts = [{ name: 'Jo', role: 'Manager', phone: '01642 000000', email: 'jo@example.nhs.uk' }]
    const changed = await admin.call('practiceChange', {
      path,
      body: { openingHours: 'Mon-Fri 08:00-18:30', contacts },
    })
    expect(changed).toMatchObject({ openingHours: 'Mon-Fri 08:00-18:30', contacts })
    const wrong = admin.call('practiceChange', { path, body: { openingHours: 'always' } })
    await expect(wrong).rejects.toThrow('not understood')
  })

  test('the list is found by name, code and region', async () => {
    expect((await admin.call('practices', { query: { q: 'densham' } })).items.map((t) => t.practice.code)).toEqual([
      'A81001',
    ])
    expect((await admin.call('practices', { query: { region: 'nowhere' } })).total).toBe(0)
  })

  test('a file that is none is refused with words', async () => {
    await expect(admin.call('practicesImport', { text: 'hello' })).rejects.toThrow('epraccur.csv')
  })
})
