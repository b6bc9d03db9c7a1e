import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, MINUTE, SECOND } from '@pumphandle/shared/time'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PracticeStates } from '../../src/serve/fleet/practice-states.ts'
import type { PracticeEntry } from '../../src/store/practice-book.ts'
import { ensurePractice } from '../../src/store/practices.ts'
import { badContent, VirtualFleet } from '../support/virtual-fleet.ts'

// An attacker with one enrolment token, in a fleet of 40 practices that has been there for days.

/** Two stretches of a quarter of an hour, second by second, on a busy machine. */
const HOOK_MS = 60_000
const BAD = 'content:falcon/291@2024-07-19T04:09Z'
let folder = ''
let fleet: VirtualFleet
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-hostile-'))
  fleet = new VirtualFleet(folder)
  await fleet.startEnrolled()
  fleet.introduce()
  await fleet.pass(MINUTE)
  await fleet.restart(2 * DAY)
  fleet.reconnect()
  await fleet.pass(12 * MINUTE)
}, HOOK_MS)
afterEach(async () => {
  await fleet.context.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Machines that the attacker makes up, with one unbound token and from one address, spread over practices as told. */
async function invent(count: number, siteOf: (i: number) => string): Promise<string[]> {
  const { enrolment } = fleet.context
  const token = await enrolment.createToken({ name: 'stolen', site: null, days: 9, maxUses: null, createdBy: 'test' })
  const invented: string[] = []
  for (let i = 0; i < count; i++) {
    const request = { computerName: `PC-${i}`, agentVersion: '0.1.0', site: siteOf(i) }
    const enrolled = await enrolment.enrol(token.secret, request, '192.0.2.7')
    if (enrolled) invented.push(enrolled.machine)
  }
  for (const uid of invented) {
    fleet.connect(uid, 'boot-1', 'clean')
    fleet.send(uid, {
      id: 'inventory',
      at: fleet.clock.now(),
      type: 'inventory',
      complete: ['sensor', 'content'],
      components: [
        { kind: 'sensor', name: 'falcon', version: '7.16' },
        { kind: 'content', name: 'falcon/291', version: '2024-07-18T20:00Z' },
      ],
    })
  }
  return invented
}

const byDriver = {
  stopCode: '0x50',
  culprit: { driver: 'csagent.sys', reason: 'module at the faulting address', confidence: 'high' as const },
  uptimeSeconds: 3600,
}

/** What is said of components; a machine that fails twice is its own matter. */
const open = () => fleet.open().filter((line) => line.startsWith('component'))
const existing = (i: number) => `A8${1000 + (i % 40)}`

describe('machines that were made up today', () => {
  test('raise no incident, however many and however sure', async () => {
    const invented = await invent(30, existing)
    await fleet.pass(20 * SECOND)
    for (const uid of invented) fleet.send(uid, badContent(fleet.clock.now()))
    await fleet.pass(90 * SECOND)
    for (const uid of invented) fleet.crashed(uid, byDriver)
    await fleet.pass(10 * MINUTE)
    expect(open()).toEqual([])
  })

  test('hide none: machines with the bad version that are well do not speak for it', async () => {
    const invented = await invent(200, existing)
    await fleet.pass(20 * SECOND)
    for (const uid of invented) fleet.send(uid, badContent(fleet.clock.now()))
    const hit = fleet.uids.filter((_, i) => i % 8 === 0)
    for (const uid of hit) fleet.send(uid, badContent(fleet.clock.now()))
    await fleet.pass(90 * SECOND)
    for (const uid of hit.slice(0, 12)) fleet.crashed(uid, byDriver)
    await fleet.pass(MINUTE)
    const [incident] = fleet.context.incidents.active().map((i) => i.row(fleet.clock.now()))
    expect(incident?.cause?.key).toBe(BAD)
  })

  test('are listed where an incident is open, and its page says that they do not count', async () => {
    const [newcomer = ''] = await invent(2, existing).then((all) => all.slice(1))
    const hit = fleet.uids.filter((_, i) => i % 2 === 0).slice(0, 40)
    for (const uid of [...hit, newcomer]) fleet.send(uid, badContent(fleet.clock.now()))
    await fleet.pass(90 * SECOND)
    for (const uid of hit.slice(0, 8)) fleet.crashed(uid, byDriver)
    await fleet.pass(MINUTE)
    fleet.crashed(newcomer, byDriver)
    await fleet.pass(MINUTE)
    const id = fleet.context.incidents.active().find((i) => i.record.cause)?.record.id ?? 0
    const detail = await fleet.context.desk.detail(id)
    expect(detail?.standing).toEqual({ failed: 9, established: 8, lately: 0, origins: 0 })
  })

  test('are listed too where they failed before it was raised: honest ones come every day of a roll-out', async () => {
    const newcomers = await invent(6, existing)
    const hit = fleet.uids.filter((_, i) => i % 2 === 0).slice(0, 40)
    for (const uid of [...hit, ...newcomers]) fleet.send(uid, badContent(fleet.clock.now()))
    await fleet.pass(90 * SECOND)
    for (const uid of newcomers) fleet.crashed(uid, byDriver)
    await fleet.pass(20 * SECOND)
    expect(open()).toEqual([])
    for (const uid of hit.slice(0, 8)) fleet.crashed(uid, byDriver)
    await fleet.pass(MINUTE)
    const id = fleet.context.incidents.active().find((i) => i.record.cause)?.record.id ?? 0
    const detail = await fleet.context.desk.detail(id)
    expect(detail?.standing).toMatchObject({ failed: 14, established: 8 })
  })

  test('hide no line that is down by talking on from elsewhere, and blame nothing else for it', async () => {
    await invent(40, existing)
    await fleet.pass(20 * SECOND)
    // six practices lose their line at once, and an invented machine of each goes on
    for (let site = 0; site < 6; site++) for (const uid of fleet.at(site)) fleet.vanish(uid)
    await fleet.pass(5 * MINUTE)
    const lines = fleet.open()
    expect(lines.filter((line) => line.startsWith('practice-line'))).toHaveLength(6)
    expect(lines.filter((line) => !line.startsWith('practice-line'))).toEqual([])
    for (let site = 0; site < 6; site++) fleet.reconnect(fleet.at(site))
    await fleet.pass(MINUTE)
    expect(fleet.open()).toEqual([])
  })

  test('stop no practice’s work on the wall, where it has others', async () => {
    const invented = await invent(30, () => 'A81003')
    await fleet.pass(20 * SECOND)
    for (const uid of invented) fleet.vanish(uid)
    await fleet.pass(3 * MINUTE)
    const { book, detection } = fleet.context
    const states = new PracticeStates({ ...fleet.context, clinicalSystem: detection.verdicts.clinicalSystem })
    const { verdict, machines, states: counts } = states.of(book.byCode('A81003') as PracticeEntry)
    expect(verdict).toMatchObject({ working: 'working' })
    // every number opens into its machines, these too
    expect([machines, counts.dark]).toEqual([38, 30])
  })

  test('take no machine’s place that was heard after they came, once it is dark and they have waited', async () => {
    // machines of the fleet say that they are called PC
    const { enrolment } = fleet.context
    const token = await enrolment.createToken({ name: 't', site: 'A81003', days: 9, maxUses: null, createdBy: 't' })
    const [victim = '', gone = ''] = fleet.at(3)
    fleet.goodbye(gone)
    await fleet.pass(20 * MINUTE)
    const request = { computerName: 'PC', agentVersion: '0.1.0' }
    const waits = await enrolment.enrol(token.secret, request)
    await fleet.pass(MINUTE)
    fleet.vanish(victim)
    await fleet.pass(MINUTE)
    await fleet.restart(2 * DAY)
    fleet.reconnect(fleet.uids.filter((uid) => uid !== victim && uid !== gone))
    await fleet.pass(12 * MINUTE)
    await fleet.context.enrolment.endProbations()
    expect(fleet.context.fleet.byUid(waits?.machine ?? '')?.isEstablished).toBe(true)
    expect(fleet.context.fleet.byUid(victim)).toBeDefined()
    // one that was away before is what the new one was
    expect(fleet.context.fleet.byUid(gone)).toBeUndefined()
  })

  test('of practices that nobody named stay on probation, those of named ones do not', async () => {
    await invent(3, (i) => (i === 0 ? 'X99999' : 'A81001'))
    await fleet.restart(2 * DAY)
    await fleet.context.enrolment.endProbations()
    const rows = await fleet.context.store.reader
      .selectFrom('machine')
      .innerJoin('practice', 'practice.id', 'machine.practice_id')
      .select(['practice.code', 'established_at'])
      .where('machine.id', '>', fleet.uids.length)
      .execute()
    expect(rows.map((r) => `${r.code} ${r.established_at !== null}`).toSorted()).toEqual([
      'A81001 true',
      'A81001 true',
      'X99999 false',
    ])
    const { id } = await ensurePractice(fleet.context.store.db, 'X99999')
    expect(await fleet.context.enrolment.vouch(id)).toBe(1)
  })
})

test('one that has been there for long fills no memory with what nobody else has, and the next bad version is known', async () => {
  const { facts } = fleet.context.detection
  const [hostile = '', honest = ''] = fleet.uids
  const before = facts.size
  const send = (uid: string, ...models: string[]) =>
    fleet.send(
      uid,
      ...models.map((model) => ({
        id: model,
        at: fleet.clock.now(),
        type: 'inventory' as const,
        complete: [],
        components: [],
        model,
      })),
    )
  for (let frame = 0; frame < 10; frame++) {
    send(hostile, ...Array.from({ length: 200 }, (_, n) => `model ${frame} ${n}`))
    await fleet.pass(SECOND)
  }
  // what a real computer has, and not what somebody can make up in a day
  expect(facts.size - before).toBeLessThan(1_000)
  send(honest, 'OptiPlex 3080')
  fleet.send(honest, badContent(fleet.clock.now()))
  await fleet.pass(5 * SECOND)
  expect([facts.find('model:OptiPlex 3080'), facts.find(BAD)]).not.toContain(undefined)
})

describe('machines that were made up with one token and waited until they count', () => {
  const UNIQUE = 'driver:evil.sys@1'
  async function waited(count: number, siteOf: (i: number) => string): Promise<string[]> {
    const invented = await invent(count, siteOf)
    await fleet.pass(MINUTE)
    await fleet.restart(2 * DAY)
    fleet.reconnect([...fleet.uids, ...invented])
    await fleet.pass(12 * MINUTE)
    await fleet.context.enrolment.endProbations()
    expect(invented.map((uid) => fleet.context.fleet.byUid(uid)?.isEstablished)).toEqual(invented.map(() => true))
    return invented
  }
  async function crashAll(uids: readonly string[]): Promise<void> {
    for (const uid of uids) {
      fleet.crashed(uid, byDriver)
      await fleet.pass(2 * SECOND)
    }
    await fleet.pass(2 * MINUTE)
  }
  const problems = () => fleet.context.detection.problem?.title ?? ''

  test.each([
    ['all over the fleet', existing],
    ['in one practice', () => 'A81003'],
  ])('raise nothing with a version that others have, and it is said: %s', async (_, siteOf) => {
    const invented = await waited(12, siteOf)
    for (const uid of [...fleet.uids.filter((_uid, i) => i % 2 === 0), ...invented])
      fleet.send(uid, badContent(fleet.clock.now()))
    await fleet.pass(2 * MINUTE)
    await crashAll(invented)
    expect(open()).toEqual([])
    expect(problems()).toMatch(/machines that were enrolled lately by one token fail with/)
    // what is true others find out too
    await crashAll(fleet.uids.filter((_uid, i) => i % 16 === 0).slice(0, 8))
    expect(fleet.context.incidents.active().map((i) => i.record.cause?.key)).toContain(BAD)
  })

  test('by two tokens at once raise one, whose page says how many came lately and by what', async () => {
    const invented = [...(await invent(6, existing)), ...(await waited(6, existing))]
    fleet.reconnect(invented)
    await fleet.pass(MINUTE)
    for (const uid of [...fleet.uids.filter((_uid, i) => i % 2 === 0), ...invented])
      fleet.send(uid, badContent(fleet.clock.now()))
    await fleet.pass(2 * MINUTE)
    await crashAll(invented)
    const raised = fleet.context.incidents.active().find((incident) => incident.record.cause?.key === BAD)
    const detail = await fleet.context.desk.detail(raised?.record.id ?? 0)
    expect(detail?.standing).toEqual({ failed: 12, established: 12, lately: 12, origins: 2 })
  })

  test.each([
    ['nobody answers for', false],
    ['somebody answers for', true],
  ])('nor with one that nobody else has, where %s their practices', async (_, isVouched) => {
    const invented = await waited(12, (i) => `A8${1000 + (i % 3)}`)
    if (isVouched)
      for (const site of [0, 1, 2]) {
        const practice = fleet.context.book.byCode(`A8${1000 + site}`)
        await fleet.context.enrolment.vouch(practice?.id ?? 0)
      }
    for (const uid of invented) {
      const change = { kind: 'driver', name: 'evil.sys', version: '1' } as const
      fleet.send(uid, { id: 'evil', at: fleet.clock.now(), type: 'component-changed', ...change })
    }
    await fleet.pass(2 * MINUTE)
    // what was answered for once holds after a restart
    await fleet.restart(SECOND)
    fleet.reconnect([...fleet.uids, ...invented])
    await fleet.pass(8 * MINUTE)
    await crashAll(invented)
    const causes = fleet.context.incidents.active().flatMap((incident) => incident.record.cause?.key ?? [])
    expect(causes).toEqual(isVouched ? [UNIQUE] : [])
  })
})
