import { createHash } from 'node:crypto'
import type { Collector } from '@pumphandle/collector'
import { IncidentDetail } from '@pumphandle/shared/api'
import { type Client, createClient } from '@pumphandle/shared/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { readZip } from '../support/read-zip.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, type Identity } from '../support/wire-client.ts'

describe.each(DATABASE_KINDS)('incidents by API, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client
  let technician: Client
  let first: number
  let second: number
  const identities: Identity[] = []

  beforeAll(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
    admin = await firstAdmin(collector)
    const { secret } = await admin.call('tokenAdd', { body: { name: 'van 3', scope: 'write' } })
    technician = createClient({ url: collector.url, token: secret })
    const { secret: enrolment } = await admin.call('enrolmentTokenAdd', { body: { name: 'all', site: 'A81001' } })
    for (let i = 0; i < 3; i++) identities.push(await enrol(collector.url, enrolment, { computerName: `PC-${i}` }))
    const { incidents, fleet, clock } = collector.context
    const machines = identities.map(({ machine }) => {
      const index = fleet.byUid(machine)?.id ?? -1
      return { machine: index, reason: 'vanished', failedAt: clock.now() }
    })
    const verdict = { kind: 'clinical-system' as const, sentence: 'Nobody reaches EMIS.', at: clock.now() }
    first = incidents.open({ ...verdict, subject: 'EMIS', title: 'EMIS is down', machines }).record.id
    second = incidents.open({ ...verdict, subject: 'TPP', title: 'TPP is <b>down</b>', machines: machines.slice(0, 2) })
      .record.id
  })
  afterAll(async () => {
    await collector.close()
    await database.drop()
  })

  test('a technician acknowledges, notes, owns, resolves and reopens, and the history says who', async () => {
    const path = { id: first }
    expect(await technician.call('acknowledge', { path, body: {} })).toMatchObject({ status: 'acknowledged' })
    expect(await technician.call('note', { path, body: { text: 'Rang EMIS' } })).toMatchObject({
      type: 'note',
      text: 'Rang EMIS',
    })
    expect(await technician.call('owner', { path, body: { owner: 'Tom' } })).toMatchObject({ owner: 'Tom' })
    // who saw that nobody had it does not take it from Tom
    await expect(technician.call('owner', { path, body: { owner: 'Ann', instead: null } })).rejects.toThrow(
      'Tom took it a moment ago',
    )
    expect(await technician.call('resolve', { path, body: { text: 'They are back' } })).toMatchObject({
      status: 'resolved',
    })
    expect((await admin.call('incidents')).items.map((row) => row.id)).not.toContain(first)
    // whoever had it has it still
    expect(await technician.call('reopen', { path, body: {} })).toMatchObject({ status: 'acknowledged', owner: 'Tom' })
    const detail = await admin.call('incident', { path })
    expect(IncidentDetail.safeParse(detail).error).toBeUndefined()
    expect(detail.history.map((entry) => entry.type)).toEqual(
      expect.arrayContaining(['opened', 'acknowledged', 'note', 'owner', 'resolved', 'reopened']),
    )
    expect(detail.history.filter((entry) => entry.actor === 'token van 3')).toHaveLength(5)
    expect((await admin.call('overview')).incidents.map((row) => row.id)).toContain(first)
  })

  test('a practice can work or not by one rule, on its own page as on that of the incident', async () => {
    const { byPractice } = await admin.call('incident', { path: { id: first } })
    expect(byPractice.length).toBeGreaterThan(0)
    for (const { practice, working } of byPractice)
      expect((await admin.call('practice', { path: { code: practice.code } })).verdict.working).toBe(working)
  })

  test('a machine is marked on the board, found by its cohort, and merging moves it', async () => {
    const machine = identities[0]?.machine ?? ''
    const marked = await technician.call('mark', {
      path: { id: first, machine },
      body: { mark: 'recovered', note: 'new SSD' },
    })
    expect(marked).toMatchObject({ name: 'PC-0', cohort: 'recovered', mark: 'recovered', markedBy: 'token van 3' })
    const board = await technician.call('recovery', { path: { id: first } })
    expect(board.counts).toMatchObject({ affected: 3, recovered: 1 })
    for (;;) {
      const { total } = await admin.call('machines', { query: { q: `incident:${first} cohort:recovered` } })
      if (total === 1) break
      await new Promise((again) => setTimeout(again, 50))
    }
    const missing = technician.call('mark', { path: { id: first, machine: 'nobody' }, body: { mark: 'recovered' } })
    await expect(missing).rejects.toMatchObject({ problem: { status: 404 } })
    const other = { path: { id: second, machine: identities[1]?.machine ?? '' } }
    await technician.call('mark', { ...other, body: { mark: 'attended', note: 'rang them' } })
    expect(await technician.call('merge', { path: { id: second }, body: { into: first } })).toMatchObject({
      mergedInto: first,
    })
    const merged = await technician.call('recovery', { path: { id: first } })
    expect(merged.items.map(({ name, mark, cohort }) => [name, mark, cohort])).toEqual([
      ['PC-0', 'recovered', 'recovered'],
      ['PC-1', 'attended', 'affected'],
      ['PC-2', null, 'affected'],
    ])
    const self = technician.call('merge', { path: { id: first }, body: { into: first } })
    await expect(self).rejects.toMatchObject({ problem: { status: 409 } })
  })

  test('the evidence pack is whole: a page, data, and sums that are right', async () => {
    const response = await admin.open('evidencePack', { path: { id: second } })
    expect(response.headers.get('content-disposition')).toMatch(/pumphandle-incident-\d+-\d{4}-\d\d-\d\d\.zip/)
    const files = readZip(Buffer.from(await response.arrayBuffer()))
    expect([...files.keys()].sort()).toEqual(
      [
        'epidemic-curve.svg',
        'history.csv',
        'incident.json',
        'machines.csv',
        'manifest.json',
        'practices.csv',
        'report.html',
        'series.csv',
        'series.json',
      ].sort(),
    )
    const manifest = JSON.parse(String(files.get('manifest.json'))) as {
      madeBy: string
      sha256: Record<string, string>
    }
    expect(manifest.madeBy).toBe('Ada')
    for (const [name, sum] of Object.entries(manifest.sha256))
      expect({ name, sum }).toEqual({
        name,
        sum: createHash('sha256')
          .update(files.get(name) ?? '')
          .digest('hex'),
      })
    expect(String(files.get('report.html'))).toContain('TPP is &#60;b&#62;down&#60;/b&#62;')
    expect(JSON.parse(String(files.get('incident.json')))).toMatchObject({ incident: { id: second } })
    expect(String(files.get('machines.csv'))).toContain('PC-0')
    expect(String(files.get('epidemic-curve.svg'))).toContain('<svg xmlns')
    expect(String(files.get('report.html'))).toContain(String(files.get('epidemic-curve.svg')))
  })

  test('an incident that is not there is not there', async () => {
    for (const id of [999_999, 'x']) {
      await expect(admin.call('incident', { path: { id } })).rejects.toMatchObject({ problem: { status: 404 } })
      await expect(admin.open('evidencePack', { path: { id } })).rejects.toMatchObject({ problem: { status: 404 } })
    }
  })

  test('failures of machines under maintenance are kept from the detector, until the window ends', async () => {
    const now = Date.now()
    const window = { title: 'Move', q: 'practice:A81001', from: now - 1_000, until: now + 60_000 }
    const { id } = await admin.call('maintenanceAdd', { body: window })
    const { fleet, maintenance } = collector.context
    const index = fleet.byUid(identities[0]?.machine ?? '')?.id ?? -1
    expect(maintenance.has(index)).toBe(true)
    expect((await admin.call('maintenances')).items).toMatchObject([{ id, title: 'Move', createdBy: 'Ada' }])
    await admin.call('maintenanceDelete', { path: { id } })
    expect(maintenance.has(index)).toBe(false)
    const wrong = admin.call('maintenanceAdd', { body: { ...window, q: 'practice:' } })
    await expect(wrong).rejects.toMatchObject({ problem: { status: 400 } })
  })

  test('work that is told afterwards: what failed in it was planned, and an incident of nothing else was none', async () => {
    const { incidents, fleet, clock } = collector.context
    const at = clock.now()
    const [one, two] = identities.map(({ machine }) => fleet.byUid(machine)?.id ?? -1)
    const open = (subject: string, machines: { machine: number; failedAt: number }[]) =>
      incidents.open({
        kind: 'practice-line',
        subject,
        title: `Line is down at ${subject}`,
        sentence: 'They fell silent.',
        at,
        machines: machines.map((each) => ({ ...each, reason: 'vanished' })),
      }).record.id
    const wholly = open('here', [{ machine: one ?? -1, failedAt: at - 30 * 60_000 }])
    const partly = open('there', [
      { machine: one ?? -1, failedAt: at - 30 * 60_000 },
      { machine: two ?? -1, failedAt: at - 5 * 3_600_000 },
    ])
    const window = { title: 'New switch', q: 'practice:A81001', from: at - 3_600_000, until: at - 60_000 }
    const made = await admin.call('maintenanceAdd', { body: window })
    expect(made.marked).toEqual({ incidents: 1, machines: 1 })
    const none = await admin.call('incident', { path: { id: wholly } })
    expect(none.incident).toMatchObject({ status: 'resolved', planned: 'New switch', cohorts: { affected: 0 } })
    expect(none.history.at(-1)?.text).toContain('It was no incident')
    const some = await admin.call('incident', { path: { id: partly } })
    expect(some.incident).toMatchObject({ status: 'open', cohorts: { affected: 1 } })
    expect(some.history.at(-1)?.text).toContain('1 of 2 machines failed in planned work: New switch')
    // told once more, it finds nothing more
    expect((await admin.call('maintenanceAdd', { body: window })).marked).toEqual({ incidents: 0, machines: 0 })
    await admin.call('resolve', { path: { id: partly }, body: {} })
    const long = { ...window, from: at - 40 * 86_400_000, until: at - 39 * 86_400_000 }
    await expect(admin.call('maintenanceAdd', { body: long })).rejects.toMatchObject({ problem: { status: 400 } })
    for (const { id } of (await admin.call('maintenances')).items)
      await admin.call('maintenanceDelete', { path: { id } })
  })

  test('a channel has an address of its kind; e-mail needs a mail server', async () => {
    const add = (kind: 'webhook' | 'email', url: string) =>
      admin.call('channelAdd', { body: { name: 'on call', kind, url } })
    await expect(add('webhook', 'ftp://chat.example')).rejects.toMatchObject({ problem: { status: 400 } })
    await expect(add('email', 'https://chat.example')).rejects.toMatchObject({ problem: { status: 400 } })
    await expect(add('email', 'mailto:a@icb.example,b@')).rejects.toMatchObject({ problem: { status: 400 } })
    await expect(add('email', 'mailto:a@icb.example?bcc=b@x.example')).rejects.toMatchObject({
      problem: { status: 400 },
    })
    await expect(add('email', 'mailto:a@icb.example')).rejects.toThrow('PUMPHANDLE_SMTP')
    const { id, target } = await add('webhook', 'https://chat.example/hook?key=secret')
    expect(target).toBe('chat.example')
    await admin.call('channelDelete', { path: { id } })
  })

  test('settings hold at once, and are checked', async () => {
    expect(await admin.call('settingsChange', { body: { alarmBudget: 0.5 } })).toMatchObject({ alarmBudget: 0.5 })
    expect(await admin.call('settings')).toMatchObject({ alarmBudget: 0.5, timeZone: 'Europe/London' })
    const wrong = admin.call('settingsChange', { body: { timeZone: 'Mars/Olympus' } })
    await expect(wrong).rejects.toThrow('no time zone')
  })
})
