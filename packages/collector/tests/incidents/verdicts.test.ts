import type { StateCounts } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import type { EventOf } from '@pumphandle/shared/wire'
import { describe, expect, test } from 'vitest'
import { noCohorts } from '../../src/incidents/tally.ts'
import { type PracticeFacts, practiceVerdict } from '../../src/verdicts/practice.ts'
import { BAD, START, World } from './world.ts'

const T = START + 10 * MINUTE

function silence(world: World, machines: readonly number[], at: number): void {
  for (const machine of machines) {
    world.fleet.vanish(machine, at)
    world.verdicts.observe({ type: 'silent', at: at + 40_000, machine, lastHeard: at, othersAlive: false })
  }
}
const sites = (from: number, to: number) => Array.from({ length: (to - from) * 4 }, (_, i) => from * 4 + i)
const titles = (world: World) => world.incidents.active().map((incident) => incident.record.title)

describe('a line that is down', () => {
  test('is told once the whole practice was silent for two minutes, and ends when machines are back', () => {
    const world = new World()
    silence(world, sites(2, 3), T)
    world.verdicts.tick(T + MINUTE)
    expect(titles(world)).toEqual([])
    world.verdicts.tick(T + 3 * MINUTE)
    expect(titles(world)).toEqual(['Line or power is down at Surgery 2'])
    for (const machine of sites(2, 3)) world.fleet.boot(machine, T + 9 * MINUTE)
    world.verdicts.tick(T + 10 * MINUTE)
    expect(titles(world)).toEqual([])
  })

  test('is not told while one machine of the practice is heard', () => {
    const world = new World()
    silence(world, sites(2, 3).slice(1), T)
    world.verdicts.tick(T + 9 * MINUTE)
    expect(titles(world)).toEqual([])
  })

  test('is told of a large practice though one of its machines is heard: it may be elsewhere, or lie', () => {
    const world = new World(48, 12)
    const at = (site: number) => Array.from({ length: 12 }, (_, i) => site * 12 + i)
    silence(world, at(1).slice(1), T)
    silence(world, at(2).slice(2), T)
    world.verdicts.tick(T + 3 * MINUTE)
    expect(titles(world)).toEqual(['Line or power is down at Surgery 1'])
    expect(world.incidents.active()[0]?.record.sentence).toContain('11 of 12 connected machines')
  })

  test('is not told where an incident explains the silence', () => {
    const world = new World()
    const fact = world.give(BAD, sites(2, 3))
    world.raise(1, fact, sites(2, 3), T)
    silence(world, sites(2, 3), T)
    world.verdicts.tick(T + 9 * MINUTE)
    expect(world.incidents.active()).toHaveLength(1)
  })

  test('in many practices of a region is one network failure', () => {
    const world = new World(64)
    silence(world, sites(0, 6), T)
    world.verdicts.tick(T + 3 * MINUTE)
    expect(titles(world)).toEqual(['Network failure in North'])
    expect(world.incidents.active()[0]?.tally.total.affected).toBe(24)
  })
})

describe('the clinical system', () => {
  const measured = (ok: boolean): EventOf<'reachability'> => ({
    type: 'reachability',
    id: 'r',
    at: T,
    results: [ok ? { name: 'EMIS Web', ok } : { name: 'EMIS Web', ok, failedAt: 'tcp' }],
  })
  const measure = (world: World, machines: readonly number[], ok: boolean) => {
    for (const machine of machines) world.verdicts.takeReachability(machine, measured(ok).results, T)
    world.verdicts.tick(T)
  }

  test('is down when half of the practices cannot reach it, and up again when they can', () => {
    const world = new World()
    measure(world, [0, 4, 8, 12, 16, 20], true)
    expect(titles(world)).toEqual([])
    measure(world, [0, 4, 8], false)
    expect(titles(world)).toEqual(['EMIS Web is unreachable; the machines are well'])
    expect(world.verdicts.clinicalSystem.practices(T).get(0)).toEqual([
      { name: 'EMIS Web', ok: 0, of: 1, failedAt: 'tcp' },
    ])
    measure(world, [0, 4, 8], true)
    expect(titles(world)).toEqual([])
  })

  test('is not blamed by machines that are not connected themselves', () => {
    const world = new World()
    for (const machine of [0, 4, 8]) world.fleet.vanish(machine, T)
    measure(world, [0, 4, 8], false)
    expect(titles(world)).toEqual([])
  })
})

describe('one machine', () => {
  const crash = (world: World, id: string, at: number, machine = 3) =>
    world.verdicts.observe({
      type: 'crash',
      at,
      machine,
      id,
      occurredAt: at,
      kind: 'bugcheck',
      stopCode: 0x124,
      culprit: null,
      uptimeSeconds: 9,
    })

  test('that crashes five times in a week needs looking at; repeats of one report do not count', () => {
    const world = new World()
    for (let i = 0; i < 9; i++) crash(world, 'the same', T)
    expect(titles(world)).toEqual([])
    for (let i = 0; i < 4; i++) crash(world, `c${i}`, T + i * MINUTE)
    expect(titles(world)).toEqual(['PC-3 at Surgery 0 keeps crashing by itself'])
  })

  test('in a boot loop for days is remembered by its newest crashes alone', () => {
    const world = new World()
    world.fleet.newcomers.add(3)
    for (let i = 0; i < 2_000; i++) crash(world, `c${i}`, T + i * MINUTE)
    expect(titles(world)).toEqual([])
    world.fleet.newcomers.delete(3)
    crash(world, 'one more', T + 2_000 * MINUTE)
    const [incident] = world.incidents.active()
    expect(incident?.record.sentence).toContain('stopped with a blue screen 8 times or more within a week')
  })

  test('is not what many machines at once are: ten within an hour are told, and the next after it', () => {
    const world = new World(64)
    const crashes = (machine: number, from: number) => {
      for (let i = 0; i < 5; i++) crash(world, `m${machine}c${i}`, from + i * MINUTE, machine)
    }
    for (let machine = 0; machine < 40; machine++) crashes(machine, T)
    expect(titles(world)).toHaveLength(10)
    crashes(41, T + 90 * MINUTE)
    expect(titles(world)).toHaveLength(11)
  })

  test('of one practice takes no others’ place, and one on probation takes nobody’s', () => {
    const world = new World(64, 12)
    const crashes = (machine: number) => {
      for (let i = 0; i < 5; i++) crash(world, `m${machine}c${i}`, T + i * MINUTE, machine)
    }
    world.fleet.newcomers.add(0)
    for (let machine = 0; machine < 12; machine++) crashes(machine)
    crashes(40)
    expect(titles(world).toSorted()).toEqual([
      'PC-1 at Surgery 0 keeps crashing by itself',
      'PC-2 at Surgery 0 keeps crashing by itself',
      'PC-3 at Surgery 0 keeps crashing by itself',
      'PC-40 at Surgery 3 keeps crashing by itself',
    ])
  })
})

describe('the collector itself', () => {
  test('was away', () => {
    const world = new World()
    world.verdicts.blind.away(T, T + 5 * MINUTE)
    expect(world.told.map((t) => t.entry?.type)).toEqual(['opened', undefined, 'resolved'])
  })

  test('is blind when nearly everyone goes within a minute', () => {
    const world = new World(80)
    silence(world, sites(0, 18), T)
    world.verdicts.blind.tick(T + MINUTE)
    expect(titles(world)).toEqual(["The collector's own line is most likely down"])
  })
})

describe('a practice', () => {
  const none = { healthy: 0, crashed: 0, 'boot-loop': 0, dark: 0, offline: 0, sleeping: 0 }
  const facts = (more: Partial<PracticeFacts>): PracticeFacts => ({
    name: 'Surgery',
    machines: 10,
    states: { ...none, healthy: 10 },
    unsettled: 0,
    lineDown: false,
    unreachable: [],
    open: true,
    ...more,
  })

  test.each([
    ['working', 'none', {}],
    ['stopped', 'line', { lineDown: true }],
    ['stopped', 'pcs', { states: { ...none, healthy: 2, dark: 5, 'boot-loop': 3 } }],
    ['reduced', 'pcs', { states: { ...none, healthy: 7, crashed: 3 } }],
    ['reduced', 'pcs', { states: { ...none, crashed: 9, dark: 1 } }],
    ['stopped', 'pcs', { states: { ...none, healthy: 1, crashed: 5, dark: 4 }, unsettled: 5 }],
    ['reduced', 'pcs', { states: { ...none, healthy: 1, crashed: 5, dark: 4 }, unsettled: 1 }],
    ['stopped', 'clinical-system', { unreachable: ['EMIS Web'] }],
    ['closed', 'outside-hours', { states: { ...none, offline: 10 } }],
    ['unknown', 'none', { machines: 0 }],
  ] as const)('is %s because of %s', (working, why, more) => {
    expect(practiceVerdict(facts(more))).toMatchObject({ working, why })
  })

  test('machines that are down are not called well where the clinical system cannot be reached', () => {
    const unreachable = ['EMIS Web']
    expect(practiceVerdict(facts({ unreachable })).sentence).toBe('The machines are well, but cannot reach EMIS Web.')
    expect(practiceVerdict(facts({ unreachable, states: { ...none, healthy: 9, dark: 1 } })).sentence).toBe(
      '1 of 10 machines in use is down or restarting; the others cannot reach EMIS Web.',
    )
  })

  test.each([
    ['1 of 10 machines in use is down or restarting, 9 crashed lately and are back.', { crashed: 9, dark: 1 }],
    ['3 of 10 machines in use crashed lately and are back.', { healthy: 7, crashed: 3 }],
    ['1 of 10 machines in use is down or restarting; the others are well.', { healthy: 9, dark: 1 }],
    ['All machines in use are well.', { healthy: 10 }],
    [
      '4 of 10 machines in use are down or restarting, 5 crashed less than 10 minutes ago.',
      { dark: 4, crashed: 5, healthy: 1 },
      5,
    ],
    [
      '2 of 10 machines in use crashed less than 10 minutes ago, 3 crashed lately and are back.',
      { crashed: 5, healthy: 5 },
      2,
    ],
    ['1 of 1 machine in use is down or restarting.', { dark: 1 }],
  ] as [string, Partial<StateCounts>, number?][])('%s', (sentence, states, unsettled = 0) => {
    expect(practiceVerdict(facts({ states: { ...none, ...states }, unsettled })).sentence).toBe(sentence)
  })

  test('cohorts start at nothing', () => expect(Object.values(noCohorts())).toEqual([0, 0, 0, 0, 0, 0]))
})
