import type { IncidentRow } from '@pumphandle/shared/api'
import { Random } from '@pumphandle/shared/random'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { World } from './world.ts'

const OLD = 'sensor:falcon@7.16'
const NEW = 'sensor:falcon@7.17'

/** Practices of ten machines, of which so many have the new version. */
function fleet(sites: number, withNew: (site: number, i: number) => boolean): World {
  const world = new World()
  for (let site = 0; site < sites; site++)
    for (let i = 0; i < 10; i++) world.machine(site * 10 + i, site, withNew(site, i) ? NEW : OLD, 'model:OptiPlex')
  world.pass(HOUR, 30_000)
  return world
}

test('machine-hours are those of connected machines', () => {
  const world = fleet(2, () => false)
  const before = world.get(OLD).machineHours
  world.pass(HOUR)
  expect(world.get(OLD).machineHours - before).toBeCloseTo(20, 0)
  world.tell({ type: 'goodbye', at: world.now, machine: 3, reason: 'shutdown' })
  world.pass(2 * HOUR)
  expect(world.get(OLD).machineHours - before).toBeCloseTo(20 + 38, 0)
  expect(world.get(OLD).machines).toBe(20)
})

test('a machine that crashes again and again is counted once', () => {
  const world = fleet(2, () => false)
  for (let i = 0; i < 50; i++) {
    world.crash(4)
    world.pass(HOUR, MINUTE)
  }
  expect(world.get(OLD).failures.crash).toBe(1)
})

test('silence counts once it lasts, and not when the machine was well', () => {
  const world = fleet(2, () => false)
  world.silent(1)
  world.pass(MINUTE)
  world.online(1)
  world.silent(2)
  world.pass(5 * MINUTE)
  expect(world.get(OLD).failures.vanished).toBe(1)
  world.online(2, 1, 'same')
  world.pass(MINUTE)
  expect(world.get(OLD).failures.vanished).toBe(0)
  world.silent(2)
  world.pass(5 * MINUTE)
  world.online(2, 2, 'bugcheck')
  world.pass(MINUTE)
  expect(world.get(OLD).failures).toMatchObject({ vanished: 0, crash: 1 })
})

test('a whole practice that falls silent is not counted, and of one that goes bit by bit one failure is a vote', () => {
  const world = fleet(3, (_, i) => i < 5)
  for (let m = 0; m < 10; m++) world.silent(m, false)
  for (let m = 10; m < 16; m++) world.silent(m)
  world.pass(6 * MINUTE)
  expect(world.get(NEW).failures.vanished).toBe(5)
  expect(world.get(OLD).failures.vanished).toBe(1)
  const [compared] = world.get(NEW).compared
  expect((compared?.failures.newer ?? 0) + (compared?.failures.older ?? 0)).toBe(1)
})

test('machines that keep away after a restart are counted after half an hour, and forgiven when they are back', () => {
  const world = fleet(1, () => false)
  world.tell({ type: 'goodbye', at: world.now, machine: 1, reason: 'restart' })
  world.tell({ type: 'goodbye', at: world.now, machine: 2, reason: 'restart' })
  world.pass(20 * MINUTE)
  world.online(1, 2, 'clean')
  world.pass(20 * MINUTE)
  expect(world.get(OLD).failures['no-return']).toBe(1)
  world.online(2, 2, 'clean')
  world.pass(MINUTE)
  expect(world.get(OLD).failures['no-return']).toBe(0)
})

test('a crash belongs to the version of its time', () => {
  const world = fleet(2, () => false)
  const at = world.now
  world.pass(MINUTE)
  world.change(1, OLD, 'removed')
  world.change(1, NEW, 'arrived')
  world.pass(MINUTE)
  world.tell({
    type: 'crash',
    at: world.now,
    machine: 1,
    id: 'late',
    occurredAt: at,
    kind: 'bugcheck',
    stopCode: null,
    culprit: null,
    uptimeSeconds: null,
  })
  world.pass(MINUTE)
  expect(world.get(OLD).failures.crash).toBe(1)
  expect(world.get(NEW).failures.crash).toBe(0)
})

test('a version that crashes beside its predecessor becomes suspect, then bad; one that does not, no worse', () => {
  const bad = fleet(20, (_, i) => i < 3)
  for (let site = 0; site < 20; site++) {
    bad.crash(site * 10)
    bad.pass(10 * MINUTE)
  }
  expect(bad.get(NEW).word).toBe('bad')
  expect(bad.changes.map(({ key, to }) => [key, to])).toContainEqual([NEW, 'suspect'])
  expect(bad.get(NEW).sentence).toMatch(
    /^On 60 machines for \d+ machine-hours: 20 crashes, .*; crashes .* times as often as similar machines with 7\.16/,
  )

  const good = fleet(40, (_, i) => i < 5)
  for (let n = 0; n < 60; n++) {
    good.crash((n % 40) * 10 + (n < 40 ? 7 : 2))
    good.pass(10 * MINUTE)
  }
  expect(['no-worse', 'better', 'watching']).toContain(good.get(NEW).word)
  expect(good.get(NEW).compared[0]?.high).toBeLessThan(1.5)
})

test('what follows a bad version is not good for being better than that', () => {
  const FIXED = 'sensor:falcon@7.18'
  const world = fleet(20, (_, i) => i < 3)
  for (let site = 0; site < 20; site++) {
    world.crash(site * 10)
    world.pass(10 * MINUTE)
  }
  expect(world.get(NEW).word).toBe('bad')
  for (let site = 0; site < 20; site++) {
    world.change(site * 10, NEW, 'removed')
    world.change(site * 10, FIXED, 'arrived')
  }
  world.pass(MINUTE)
  for (let site = 0; site < 20; site++) {
    world.crash(site * 10 + 1)
    world.pass(10 * MINUTE)
  }
  expect(world.get(FIXED).failures.crash).toBe(0)
  expect(['new', 'watching']).toContain(world.get(FIXED).word)
})

test('practices that differ are compared within themselves: ten times as many crashes where most have the new version', () => {
  const random = new Random(7)
  let suspects = 0
  const runs = 6
  for (let run = 0; run < runs; run++) {
    // the hot practices have mostly the new version, the others mostly the old
    const world = fleet(30, (site, i) => i < (site < 15 ? 8 : 2))
    for (let n = 0; n < 80; n++) {
      const site = random.chance(10 / 11) ? random.below(15) : 15 + random.below(15)
      world.crash(site * 10 + random.below(10))
      world.pass(5 * MINUTE, MINUTE)
    }
    if (['suspect', 'bad'].includes(world.get(NEW).word)) suspects++
    const { low, high } = world.get(NEW).compared[0] ?? { low: 9, high: 0 }
    expect(low).toBeLessThan(1.3)
    expect(high ?? 99).toBeGreaterThan(0.7)
  }
  expect(suspects).toBe(0)
})

test('a version that an incident blames before the first crash is reported says who blames it', () => {
  const world = fleet(4, (_, i) => i < 3)
  const cause = { kind: 'sensor', name: 'falcon', version: '7.17', key: NEW } as const
  world.book.blame({ id: 12, status: 'open', confidence: 'certain', cause } as IncidentRow, world.now)
  world.pass(MINUTE)
  expect(world.changes.at(-1)).toMatchObject({
    to: 'bad',
    sentence: expect.stringMatching(/^Incident 12 blames it\. On 12 machines for .*: no crash reported yet\.$/),
  })
})

test('what an incident explains speaks for what it blames, before and after it is raised', () => {
  const world = fleet(20, (_, i) => i < 3)
  const cause = { kind: 'sensor', name: 'falcon', version: '7.17', key: NEW } as const
  for (let site = 0; site < 10; site++) {
    world.crash(site * 10)
    world.pass(MINUTE)
    // the content that the machines have too is to blame
    if (site >= 5)
      world.book.explain(site * 10, world.now - MINUTE, { cause: { ...cause, key: 'content:x@1' }, partner: null })
  }
  for (let site = 0; site < 5; site++)
    world.book.explain(site * 10, world.now - (10 - site) * MINUTE, {
      cause: { ...cause, key: 'content:x@1' },
      partner: null,
    })
  expect(world.get(NEW)).toMatchObject({ failures: { crash: 0 }, explained: 10 })
  expect(world.get(NEW).compared).toEqual([])
  world.crash(105)
  world.pass(MINUTE)
  world.book.explain(105, world.now - MINUTE, { cause: { ...cause, key: OLD }, partner: null })
  expect(world.get(OLD).failures.crash).toBe(1)
})

test('practices with one version only are compared with others of their region and model', () => {
  const world = fleet(20, (site) => site < 10)
  for (let n = 0; n < 10; n++) {
    world.crash(n * 10 + 1)
    world.pass(10 * MINUTE)
  }
  const [compared] = world.get(NEW).compared
  expect(compared?.failures).toEqual({ newer: 10, older: 0 })
  // even odds and ten of ten: hardly by luck
  expect(compared?.low).toBeGreaterThan(1)
})

test('what was counted goes on after a restart', () => {
  const world = fleet(4, (_, i) => i < 5)
  for (const machine of [0, 11, 27]) world.crash(machine)
  world.pass(HOUR)
  world.book.writeAll()
  const writes = world.book.writes(world.now)
  const again = new World(JSON.parse(JSON.stringify(writes?.records)))
  again.machine(0, 0, NEW)
  again.pass(MINUTE)
  const [before, after] = [world.get(NEW), again.get(NEW)]
  expect(after.failures).toEqual(before.failures)
  expect(after.machineHours - before.machineHours).toBeLessThan(0.1)
  expect(after.compared[0]?.failures).toEqual(before.compared[0]?.failures)
})

test('what machines tell of the time before they were watched is no failure of a version', () => {
  const world = fleet(4, (_, i) => i < 5)
  for (const machine of [0, 11, 27]) world.crash(machine, 0x50, world.now - 3 * HOUR)
  world.pass(MINUTE)
  expect(world.get(NEW).failures.crash).toBe(0)
  world.crash(11)
  world.pass(MINUTE)
  expect(world.get(NEW).failures.crash).toBe(1)
})

test('a crash does not look through all versions of a product for each of them', () => {
  const VERSIONS = 200
  const CRASHES = 40
  const world = new World()
  const version = (n: number) => `content:defender@1.415.${n}`
  for (let m = 0; m < VERSIONS; m++) world.machine(m, Math.floor(m / 10), version(m))
  world.pass(2 * HOUR, 30_000)
  let looks = 0
  const namesakes = world.facts.namesakes.bind(world.facts)
  world.facts.namesakes = (fact) => {
    looks++
    return namesakes(fact)
  }
  for (let m = 100; m < 100 + CRASHES; m++) world.crash(m)
  world.pass(5_000)
  expect(world.get(version(100)).failures.crash).toBe(1)
  // each version's own once, and each crash's once
  expect(looks).toBeGreaterThan(CRASHES)
  expect(looks).toBeLessThanOrEqual(2 * VERSIONS + 2 * CRASHES)
})
