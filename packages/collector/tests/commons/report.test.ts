import { readFileSync } from 'node:fs'
import { HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { reportOf } from '../../src/commons/counts/report.ts'
import { about, fewer } from '../../src/commons/counts/rounding.ts'
import { Tally } from '../../src/commons/counts/tally.ts'
import { Member } from '../../src/commons/member/member.ts'
import { MAX_REPORT_BYTES, MOST_ROWS } from '../../src/commons/words/limits.ts'
import { isPublic } from '../../src/commons/words/public.ts'
import { Report } from '../../src/commons/words/report.ts'
import { World } from '../versions/world.ts'
import { keyNamed } from './reports.ts'

const BAD = 'content:falcon/291@2024-07-19T04:09Z'
const SENSOR = 'sensor:falcon@7.16'
const HOUSE = 'driver:smith-surgery.sys@1.0'

let world: World
let tally: Tally
beforeEach(() => {
  world = new World()
  tally = new Tally(world.detector.population, world.facts, isPublic)
  world.book.ledger.onCount = (count) => tally.count(count)
  tally.step(world.now)
})

/** Machines from 0 on, on since now. */
function machines(n: number, ...keys: string[]): void {
  for (let machine = 0; machine < n; machine++) world.machine(machine, Math.floor(machine / 3), ...keys)
}

function pass(ms: number): void {
  for (let left = ms; left > 0; left -= MINUTE) {
    world.pass(Math.min(left, MINUTE))
    tally.step(world.now)
  }
}

const report = () =>
  reportOf(tally, { key: keyNamed('me'), number: 1, at: world.now }, (key) => world.book.ledger.machinesWith(key))
const rowOf = (key: string) => report().rows.find(({ kind, name, version }) => `${kind}:${name}@${version}` === key)

describe('what leaves the house', () => {
  test('is of five machines or more: nothing of four, however often they fail', () => {
    machines(4, SENSOR)
    pass(10 * MINUTE)
    for (let machine = 0; machine < 4; machine++) world.crash(machine)
    pass(10 * MINUTE)
    expect(report().rows).toEqual([])
    expect(JSON.stringify(report())).not.toContain('falcon')
  })

  test('has no failures of fewer than five machines, though more have the version', () => {
    machines(30, SENSOR)
    pass(10 * MINUTE)
    for (let machine = 0; machine < 4; machine++) world.crash(machine)
    pass(MINUTE)
    expect(rowOf(SENSOR)?.counts.week.failures).toEqual([])
    expect(report().fleet.week.failures).toEqual([])
    for (let machine = 4; machine < 9; machine++) world.crash(machine)
    pass(MINUTE)
    expect(rowOf(SENSOR)?.counts.week.failures).toEqual([
      { failureClass: 'crash', age: 'older', stopCode: 0x50, failures: 5 },
    ])
  })

  test('counts machines and not failures: one that fails nine times in as many ways is still one', () => {
    machines(30, SENSOR)
    pass(10 * MINUTE)
    for (let n = 0; n < 9; n++) {
      world.crash(0, 0x50 + n)
      pass(25 * MINUTE)
    }
    expect(rowOf(SENSOR)?.counts.week.failures).toEqual([])
    expect(report().fleet.week.failures).toEqual([])
  })

  test('counts machine-hours by the version’s age, and failures with them', () => {
    machines(60, SENSOR)
    pass(HOUR)
    for (let machine = 0; machine < 20; machine++) world.change(machine, BAD, 'arrived')
    pass(5 * MINUTE)
    for (let machine = 0; machine < 12; machine++) world.crash(machine)
    pass(MINUTE)
    const bad = rowOf(BAD)
    expect(bad?.counts.hour.failures).toMatchObject([{ failureClass: 'crash', age: '15min', failures: 10 }])
    expect(bad?.counts.week.hours.older).toBe(0)
    expect(bad?.counts.week.hours['15min']).toBeGreaterThan(1)
    expect(bad?.counts.week.hours['15min']).toBeLessThan(2.5)
    expect(rowOf(SENSOR)?.counts.week.hours.older).toBeCloseTo(66, -1)
    // an hour forgets faster than a week
    expect(rowOf(SENSOR)?.counts.hour.hours.older).toBeLessThan(50)
  })

  test('is of public versions only', () => {
    machines(30, SENSOR, HOUSE, 'app:our-own-tool@3', 'sensor:falcon@built for Dr Smith', 'driver:nvlddmkm.sys@31.0')
    pass(10 * MINUTE)
    expect(
      report()
        .rows.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['falcon', 'nvlddmkm.sys'])
  })

  test('takes back who turns out to have been well', () => {
    machines(30, SENSOR)
    pass(10 * MINUTE)
    // one of each practice, which counts once
    for (let site = 0; site < 6; site++) world.silent(site * 3)
    pass(5 * MINUTE)
    expect(rowOf(SENSOR)?.counts.week.failures).toMatchObject([{ failureClass: 'vanished', failures: 5 }])
    for (let site = 0; site < 6; site++) world.online(site * 3)
    pass(MINUTE)
    expect(rowOf(SENSOR)?.counts.week.failures).toEqual([])
    expect(report().fleet.week.failures).toEqual([])
  })

  test('goes on after a restart, and forgets what passed', () => {
    machines(30, SENSOR)
    pass(HOUR)
    const before = rowOf(SENSOR)?.counts.hour.hours.older ?? 0
    const saved = tally.save()
    tally = new Tally(world.detector.population, world.facts, isPublic)
    tally.load(JSON.parse(JSON.stringify(saved)) as typeof saved, world.now + HOUR)
    const after = rowOf(SENSOR)?.counts.hour.hours.older ?? 0
    expect(after).toBeCloseTo(before / Math.E, 0)
  })

  test('fits the largest body, and the format', () => {
    // a machine has 250 components at most
    const keys = Array.from({ length: 480 }, (_, i) => `content:falcon/${i}@2024-07-19T04:09Z`)
    for (let machine = 0; machine < 12; machine++)
      world.machine(machine, machine, ...keys.slice(machine < 6 ? 0 : 240, machine < 6 ? 240 : 480))
    pass(2 * MINUTE)
    const made = report()
    expect(made.rows).toHaveLength(MOST_ROWS)
    expect(Report.parse(made)).toEqual(made)
    expect(JSON.stringify(made).length).toBeLessThan(MAX_REPORT_BYTES / 2)
  })
})

test('a report is sent a minute after its counts were made', () => {
  const member = new Member({
    facts: world.facts,
    population: world.detector.population,
    key: keyNamed('me'),
    isPublic,
  })
  machines(30, SENSOR)
  world.pass(10 * SECOND)
  expect(member.report(world.now)).toBeUndefined()
  const counted = world.now
  world.pass(30 * SECOND)
  expect(member.report(world.now)).toBeUndefined()
  world.pass(30 * SECOND)
  expect(member.report(world.now)).toMatchObject({ at: counted, number: counted })
  world.pass(30 * SECOND)
  expect(member.report(world.now)).toMatchObject({ at: counted + 30 * SECOND })
  // after a pause the latest that is old enough, and no other
  world.pass(10 * MINUTE)
  expect(member.report(world.now)).toMatchObject({ at: counted + 90 * SECOND })
  expect(member.report(world.now)).toBeUndefined()
})

describe('rounding', () => {
  test.each([
    [4, 0],
    [4.9, 0],
    [5, 5],
    [9, 5],
    [97, 95],
    [104, 100],
    [1_259, 1_200],
  ])('%d machines are told as %d', (machines, told) => {
    expect(fewer(machines)).toBe(told)
  })

  test('never tells more machines than there were, nor any number between none and five', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (machines) => {
        const told = fewer(machines)
        expect(told).toBeLessThanOrEqual(machines + 1e-5)
        expect(told === 0 || told >= 5).toBe(true)
      }),
    )
  })

  test('tells hours in two digits', () => {
    expect([0, 0.0123, 1.26, 1259].map(about)).toEqual([0, 0.012, 1.3, 1300])
  })
})

test('docs/commons.md says every field that leaves the house, and no other', () => {
  const names = new Set<string>()
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown }
    for (const [name, one] of Object.entries(properties ?? {})) {
      names.add(name)
      walk(one)
    }
    walk(items)
  }
  walk(z.toJSONSchema(Report, { reused: 'inline' }))
  const text = readFileSync(new URL('../../../../docs/commons.md', import.meta.url), 'utf8')
  const section = text.slice(text.indexOf('## What leaves the house'), text.indexOf('The signature of'))
  const said = [...section.matchAll(/^\| (?<cells>[^|]+) \|/gm)].flatMap(({ groups }) =>
    [...(groups?.['cells'] ?? '').matchAll(/`([\w.[\]]+)`/g)].flatMap(([, path = '']) =>
      path.replaceAll('[]', '').split('.'),
    ),
  )
  expect(new Set(said)).toEqual(names)
})
