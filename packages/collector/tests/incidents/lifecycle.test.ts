import { MINUTE } from '@pumphandle/shared/time'
import { describe, expect, test } from 'vitest'
import type { Assessment, FactId, Failure, MachineId } from '../../src/detect/index.ts'
import { BAD, START, World } from './world.ts'

const T = START + 10 * MINUTE

function raised(): { world: World; fact: FactId } {
  const world = new World()
  const fact = world.give(BAD, [0, 1, 2, 3, 4, 5, 8, 9])
  world.raise(1, fact, [0, 4, 8], T)
  return { world, fact }
}
const only = (world: World) => {
  const [incident, ...more] = world.incidents.active()
  expect(more).toEqual([])
  if (!incident) throw new Error('no active incident')
  return incident
}
const row = (world: World, now = T) => only(world).row(now)

describe('a finding of the detector', () => {
  test('opens an incident that names the cause in words, with its cohorts', () => {
    const { world } = raised()
    expect(row(world)).toMatchObject({
      id: 1,
      kind: 'component',
      status: 'open',
      title: 'Falcon channel file 291 of 04:09 UTC on 19 July 2024 is crashing machines',
      confidence: 'certain',
      cause: { key: BAD },
      practices: 3,
      growth: 3,
      cohorts: { affected: 3, 'at-risk': 5, recovered: 0, missing: 0 },
    })
    expect(row(world).sentence).toBe(
      '8 machines received Falcon channel file 291 of 04:09 UTC on 19 July 2024; 3 of them crashed or vanished. Of 3,310 comparable machines without it, 2 did.',
    )
  })

  test('grows by machines that failed first within five minutes, by when they did, and each once', () => {
    const { world } = raised()
    const incident = only(world)
    // told eight minutes late: it is no news of now
    incident.fail(5, T - 8 * MINUTE, 'told late', T)
    expect(row(world).growth).toBe(3)
    incident.fail(0, T, 'again', T)
    expect(row(world).growth).toBe(3)
    incident.unfail(4, T)
    expect(row(world).growth).toBe(2)
    // a colleague who reads it from the store, after a restart or of some places alone, sees the same number
    const stored = world.incidents.view(incident.record, [...incident.members.values()])
    expect(stored.row(T).growth).toBe(2)
    expect(row(world, T + 6 * MINUTE).growth).toBe(0)
  })

  test('says where all that failed are in one practice, and no longer once another has one', () => {
    const world = new World()
    const fact = world.give(BAD, [0, 1, 2, 4])
    const local = [0, 1, 2].map((machine) => world.failure(machine, T - MINUTE))
    const of = (failures: readonly Failure[], practices: number): Assessment => ({
      ...world.assessment(fact, failures),
      practices,
    })
    const about = { incident: 1, at: T }
    world.incidents.apply({ ...about, type: 'raised', firstFailureAt: T - MINUTE, assessment: of(local, 1) })
    for (const failure of local) world.incidents.apply({ ...about, type: 'joined', failure, tier: 'confirmed' })
    expect(row(world).title).toMatch(/ is crashing machines in one practice$/)
    expect(row(world).sentence).toMatch(/All that failed are in one practice; it is seen nowhere else yet\.$/)
    // one place cannot tell a version from what only that place has
    expect(row(world).confidence).toBe('strong')
    const both = [...local, world.failure(4, T)]
    const previous = { fact, partner: null }
    world.incidents.apply({ ...about, type: 'reranked', previous, suspectChanged: false, assessment: of(both, 2) })
    expect(row(world).title).toMatch(/ is crashing machines$/)
    expect(row(world).sentence).not.toContain('one practice')
    expect(row(world).confidence).toBe('certain')
  })

  test('says that machines vanish only until one of them is known to have crashed', () => {
    const world = new World()
    const fact = world.give(BAD, [0, 1, 2, 3, 4])
    const silent = [0, 1, 2].map((machine): Failure => {
      const failure = world.failure(machine, T - MINUTE)
      return { ...failure, classes: ['loss'], crashKind: null, stopCode: null, culprit: null }
    })
    const assessed = (evidence: readonly Failure[]): Assessment => {
      const assessment = world.assessment(fact, evidence)
      return { ...assessment, strength: { ...assessment.strength, failureClass: 'loss' } }
    }
    const about = { incident: 1, at: T }
    const grown = { ...about, type: 'reranked', previous: { fact, partner: null }, suspectChanged: false } as const
    world.incidents.apply({ ...about, type: 'raised', firstFailureAt: T - MINUTE, assessment: assessed(silent) })
    for (const failure of silent) world.incidents.apply({ ...about, type: 'joined', failure, tier: 'presumed' })
    expect(row(world).title).toMatch(/ makes machines vanish$/)
    // the next start of one of them tells of its blue screen
    const failure = world.failure(0, T - MINUTE)
    world.incidents.apply({ ...about, type: 'joined', failure, tier: 'confirmed' })
    expect(row(world).title).toMatch(/ is crashing machines$/)
    // newer ones, of which only silence is known, do not undo that
    world.incidents.apply({ ...grown, assessment: assessed(silent) })
    expect(row(world).title).toMatch(/ is crashing machines$/)
    world.incidents.apply({ ...grown, assessment: assessed([...silent, failure]) })
    expect(row(world).title).toMatch(/ is crashing machines$/)
  })

  test('says how each machine failed', () => {
    const { world } = raised()
    expect(only(world).members.get(0)?.reason).toBe('crashed with stop 0x50 PAGE_FAULT_IN_NONPAGED_AREA in csagent.sys')
  })

  test('raised again after a restart without its state joins the incident that is open', () => {
    const { world, fact } = raised()
    world.raise(7, fact, [0, 5], T + MINUTE)
    expect(row(world).cohorts.affected).toBe(4)
  })

  test('twice changes nothing', () => {
    const { world, fact } = raised()
    world.incidents.apply({
      type: 'raised',
      incident: 1,
      at: T,
      firstFailureAt: T,
      assessment: world.assessment(fact, []),
    })
    expect(row(world).cohorts.affected).toBe(3)
  })

  test('taken back leaves the machine at risk, or out of it', () => {
    const { world, fact } = raised()
    world.take(fact, 4, T)
    for (const machine of [0, 4])
      world.incidents.apply({
        type: 'retracted',
        incident: 1,
        at: T,
        machine: machine as MachineId,
        failedAt: T - MINUTE,
        reason: 'was-alive',
      })
    expect(row(world).cohorts).toMatchObject({ affected: 1, 'at-risk': 6 })
    expect(only(world).members.has(4)).toBe(false)
  })

  test('of another suspect lets the old one’s exposed go and is part of the history', () => {
    const { world, fact } = raised()
    const other = world.give('sensor:falcon@7.16.18605', [0, 4, 8, 20])
    const assessment = world.assessment(other, [world.failure(0, T)])
    const previous = { fact, partner: null }
    world.incidents.apply({ type: 'reranked', incident: 1, at: T, previous, suspectChanged: true, assessment })
    expect(row(world).cohorts).toMatchObject({ affected: 3, 'at-risk': 1 })
    expect(world.told.map((t) => t.entry?.type)).toContain('suspect-changed')
  })

  test('merged gives its failed machines to the other', () => {
    const { world } = raised()
    const second = world.give('sensor:falcon@7.16.18605', [12])
    world.raise(2, second, [12], T)
    world.incidents.apply({ type: 'merged', incident: 2, into: 1, at: T })
    expect(row(world).cohorts.affected).toBe(4)
    expect(world.incidents.get(2)?.record).toMatchObject({ status: 'merged', mergedInto: 1 })
  })
})

describe('two incidents that turn out to be one', () => {
  test('who had recovered in one has not fallen ill again by the merger; a later failure in one counts', () => {
    const { world, fact } = raised()
    world.take(fact, 0, T)
    world.fleet.boot(0, T)
    world.incidents.tick(T + 6 * MINUTE)
    const second = world.give('sensor:falcon@7.16.18605', [0, 4, 12])
    world.raise(2, second, [4, 12], T + 7 * MINUTE)
    world.incidents.apply({ type: 'merged', incident: 1, into: 2, at: T + 8 * MINUTE })
    const cohorts = [0, 4, 8, 12].map((m) => world.incidents.get(2)?.members.get(m)?.cohort)
    expect(cohorts).toEqual(['recovered', 'affected', 'affected', 'affected'])
    expect(row(world).cohorts).toMatchObject({ affected: 3, recovered: 1, relapsed: 0 })
    expect(only(world).members.get(4)?.failedAt).toBe(T + 6 * MINUTE)
  })

  test('a contained one that takes over later failures is open again', () => {
    const { world } = raised()
    world.incidents.tick(T + 16 * MINUTE)
    expect(row(world).status).toBe('contained')
    const second = world.give('sensor:falcon@7.16.18605', [12])
    world.raise(2, second, [12], T + 20 * MINUTE)
    world.incidents.apply({ type: 'merged', incident: 2, into: 1, at: T + 21 * MINUTE })
    expect(row(world).status).toBe('open')
  })
})

describe('cohorts', () => {
  test('follow the suspect as it comes and goes', () => {
    const { world, fact } = raised()
    world.take(fact, 1, T)
    expect(only(world).members.get(1)?.cohort).toBe('cleared')
    world.incidents.observe({ type: 'component', at: T, machine: 30, fact, change: 'arrived', since: T })
    expect(only(world).members.get(30)?.cohort).toBe('at-risk')
  })

  test('a machine without the suspect recovers after five minutes, with it after thirty', () => {
    const { world, fact } = raised()
    world.take(fact, 0, T)
    world.fleet.boot(0, T)
    world.fleet.boot(4, T)
    world.incidents.tick(T + 6 * MINUTE)
    expect([0, 4].map((m) => only(world).members.get(m)?.cohort)).toEqual(['recovered', 'affected'])
    world.incidents.tick(T + 31 * MINUTE)
    expect(only(world).members.get(4)?.cohort).toBe('recovered')
    expect(only(world).members.get(0)?.verified).toBe(true)
  })

  test('a machine that is not seen again is missing, unless it said goodbye; back, it is watched again', () => {
    const { world } = raised()
    world.fleet.vanish(0, T)
    world.fleet.vanish(4, T)
    Object.assign(world.fleet.presence(4), { saidGoodbye: true })
    world.incidents.tick(T + 16 * MINUTE)
    expect([0, 4].map((m) => only(world).members.get(m)?.cohort)).toEqual(['missing', 'affected'])
    world.fleet.boot(0, T + 20 * MINUTE)
    world.incidents.tick(T + 21 * MINUTE)
    expect(only(world).members.get(0)?.cohort).toBe('affected')
  })

  test('a machine that fails after its recovery has relapsed', () => {
    const { world, fact } = raised()
    world.take(fact, 0, T)
    world.fleet.boot(0, T)
    world.incidents.tick(T + 6 * MINUTE)
    const failure = world.failure(0, T + 7 * MINUTE)
    world.incidents.apply({ type: 'joined', incident: 1, at: T + 8 * MINUTE, failure, tier: 'confirmed' })
    expect(only(world).members.get(0)?.cohort).toBe('relapsed')
  })

  test('a crash like those before takes back a recovery, also of what the detector counts no more', () => {
    const { world, fact } = raised()
    for (const machine of [0, 4, 8]) {
      world.take(fact, machine, T)
      world.fleet.boot(machine, T)
    }
    world.incidents.tick(T + 6 * MINUTE)
    world.incidents.tick(T + 16 * MINUTE)
    expect(row(world)).toMatchObject({ status: 'contained', cohorts: { affected: 0, recovered: 3, relapsed: 0 } })
    const crash = (machine: number, occurredAt: number, culprit: string | null, stopCode = 0x50) =>
      world.incidents.observe({
        type: 'crash',
        at: T + 20 * MINUTE,
        machine: machine as MachineId,
        id: `${machine} ${occurredAt}`,
        occurredAt,
        kind: 'bugcheck',
        stopCode,
        culprit,
        uptimeSeconds: 60,
      })
    // of something else; and told late
    crash(0, T + 19 * MINUTE, 'nvlddmkm.sys')
    crash(4, T + 5 * MINUTE, 'csagent.sys')
    expect(row(world)).toMatchObject({ status: 'contained', cohorts: { recovered: 3, relapsed: 0 } })
    crash(4, T + 19 * MINUTE, 'CSAgent.sys')
    crash(8, T + 19 * MINUTE, null)
    expect(row(world)).toMatchObject({ status: 'open', cohorts: { recovered: 1, relapsed: 2 } })
    expect(world.told.filter(({ entry }) => entry?.type === 'reopened')).toHaveLength(1)
  })

  test('never count below nothing, and add up', () => {
    const { world } = raised()
    world.incidents.tick(T + 40 * MINUTE)
    const { cohorts } = row(world)
    expect(Object.values(cohorts).every((n) => n >= 0)).toBe(true)
    expect(Object.values(cohorts).reduce((a, b) => a + b, 0)).toBe(only(world).members.size)
  })
})

describe('status', () => {
  test('contained after fifteen quiet minutes, open again with the next failure', () => {
    const { world } = raised()
    world.incidents.tick(T + 16 * MINUTE)
    expect(row(world).status).toBe('contained')
    const failure = world.failure(5, T + 17 * MINUTE)
    world.incidents.apply({ type: 'joined', incident: 1, at: T + 18 * MINUTE, failure, tier: 'confirmed' })
    expect(row(world).status).toBe('open')
  })

  test('whoever has it has it still when it goes on; what was over needs somebody anew', () => {
    const { world } = raised()
    const incident = only(world)
    incident.record.owner = 'Ada'
    world.incidents.setStatus(incident, 'acknowledged', 'acknowledged', 'Ada', 'Ada acknowledged it.', T)
    world.incidents.tick(T + 16 * MINUTE)
    const again = (machine: number, at: number) =>
      world.incidents.apply({
        type: 'joined',
        incident: 1,
        at,
        failure: world.failure(machine, at),
        tier: 'confirmed',
      })
    again(5, T + 17 * MINUTE)
    expect(row(world)).toMatchObject({ status: 'acknowledged', owner: 'Ada' })
    // contained anew from here on
    world.incidents.tick(T + 33 * MINUTE)
    expect(row(world).status).toBe('contained')
    world.incidents.setStatus(incident, 'resolved', 'resolved', 'Ada', 'Ada resolved it.', T + 40 * MINUTE)
    again(8, T + 50 * MINUTE)
    expect(row(world)).toMatchObject({ status: 'open', owner: null })
    expect(world.told.at(-2)?.entry?.text).toBe(
      'A machine was newly affected. Ada had it until it was over; nobody has it now.',
    )
  })

  test('resolved by itself when everyone has been well for a day', () => {
    const { world } = raised()
    world.incidents.tick(T + 31 * MINUTE)
    world.incidents.tick(T + 24 * 60 * MINUTE)
    world.incidents.tick(T + 24 * 60 * MINUTE + MINUTE)
    expect(world.incidents.active()).toEqual([])
    expect(world.incidents.get(1)?.record.resolvedAt).toBeGreaterThan(T)
  })
})
