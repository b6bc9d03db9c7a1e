import { beforeEach, describe, expect, test } from 'vitest'
import { isExcess, isInExcess, namesAnother, needsExcess, thoseInExcess } from '../../src/detect/cases/attribution.ts'
import { explains, failureOf, type Incident } from '../../src/detect/cases/incident.ts'
import { APP, BOOT, CRASH, HARD, LONG_GONE, LOSS, NO_RETURN } from '../../src/detect/words/classes.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { markOf } from '../../src/detect/words/subject.ts'
import { incidentOf, passed } from './incidents.ts'
import { DAY, failure, HOUR, NOW, Parts, range, type Told } from './parts.ts'

const MACHINES = 100
const AGE = 2 * DAY
const OWN = 'csagent.sys'

let parts: Parts
let bad: FactId
let slow: Incident

beforeEach(() => {
  parts = new Parts()
  parts.enrol(MACHINES)
  bad = parts.give('sensor:falcon@7.2', range(0, 50), NOW - AGE)
  // raised by what it did in a week, a day after the first crash
  const test = passed(bad, { subject: markOf(CRASH, OWN), j: 3 })
  slow = incidentOf(bad, { test, firstFailure: NOW - DAY, culprits: new Map([[OWN, 6]]) })
})

const bugcheck = (culprit: string | null, some: Told = {}) =>
  failure({ machine: 1, has: [[bad, AGE]], crashKind: 'bugcheck', stopCode: 0x50, culprit, ...some })

const isTaken = (record: ReturnType<typeof bugcheck>, lately: number) =>
  isExcess(slow, record, lately, 1, parts.scales, NOW)

describe('an incident that crashes of one driver raised', () => {
  test('takes each crash of that driver, be the last one hours ago, where hardly any is due otherwise', () => {
    expect(isTaken(bugcheck(OWN, { failedAt: NOW - 13 * HOUR }), 1)).toBe(true)
  })

  test('takes none that blames another driver by itself, nor a machine of which nothing but its start is known', () => {
    expect(isTaken(bugcheck('igdkmd.sys'), 1)).toBe(false)
    expect(isTaken(bugcheck(null, { classes: [HARD] }), 1)).toBe(false)
    const boot = failure({ machine: 1, has: [[bad, AGE]], classes: [BOOT] })
    expect(needsExcess(slow, boot)).toBe(true)
    expect(isTaken(boot, 1)).toBe(false)
  })

  test('takes them where many more came than are due', () => {
    expect(isTaken(bugcheck('igdkmd.sys'), 12)).toBe(true)
  })

  test('asks for no excess of starts where it was raised by starts', () => {
    const atBoot = incidentOf(bad, { test: passed(bad, { subject: markOf(BOOT, OWN) }) })
    expect(needsExcess(atBoot, failure({ machine: 1, has: [[bad, AGE]], classes: [BOOT] }))).toBe(false)
  })
})

test('a restart that takes long is asked for an excess, but where starts that take long raised the incident', () => {
  const late = failure({ machine: 1, has: [[bad, AGE]], classes: [NO_RETURN] })
  const raisedBy = (subject: typeof BOOT | typeof LONG_GONE) => incidentOf(bad, { test: passed(bad, { subject }) })
  expect(needsExcess(raisedBy(BOOT), late)).toBe(true)
  expect(needsExcess(raisedBy(LONG_GONE), late)).toBe(false)
})

test('a program that crashes is no part of an incident of drivers, and is of one of programs', () => {
  const program = failure({ machine: 1, has: [[bad, AGE]], classes: [APP], crashKind: 'app', culprit: 'emis.exe' })
  expect(explains(slow, program)).toBe(false)
  expect(explains(incidentOf(bad, { test: passed(bad, { subject: markOf(APP, 'emis.exe') }) }), program)).toBe(true)
})

test('a crash names another culprit, or the incident’s, or none', () => {
  expect(namesAnother(slow, bugcheck('igdkmd.sys'))).toBe(true)
  expect(namesAnother(slow, bugcheck('CSAgent.sys'))).toBe(false)
  expect(namesAnother(slow, bugcheck(null))).toBe(false)
})

test('a program’s crash is taken, but not while programs crash everywhere, for their server is down', () => {
  const mark = markOf(APP, 'emis.exe')
  const incident = incidentOf(bad, { test: passed(bad, { subject: mark }), firstFailure: NOW - HOUR })
  const crash = failure({ machine: 1, has: [[bad, AGE]], classes: [APP], crashKind: 'app', culprit: 'emis.exe', mark })
  const isTakenNow = () => isExcess(incident, crash, 6, 1, parts.scales, NOW)
  expect(isTakenNow()).toBe(true)
  for (const machine of range(60, 80)) parts.fail({ machine, classes: [APP], crashKind: 'app', culprit: 'emis.exe' })
  expect(isTakenNow()).toBe(false)
})

test('silence minutes after the suspect is taken, however common silence is in half an hour; one that comes later is not', () => {
  const incident = () => incidentOf(bad, { test: passed(bad, { subject: LOSS }), firstFailure: NOW - 4 * HOUR })
  const silent = (machine: number, age: number) =>
    failure({ machine, has: [[bad, age]], classes: [LOSS], failedAt: NOW - machine * HOUR })
  const [soon, late] = [silent(1, 30), silent(2, 600)]
  expect(isInExcess(incident(), soon, parts.scales)).toBe(true)
  expect(isInExcess(incident(), late, parts.scales)).toBe(false)
  const isTakenAfterwards = thoseInExcess(incident(), [soon, late], parts.scales, NOW)
  expect([soon, late].map(isTakenAfterwards)).toEqual([true, false])
})

test('silence hours after the suspect is not taken where it strikes within a minute, however many fall silent just then; a blue screen is', () => {
  const incident = incidentOf(bad, { test: passed(bad, { subject: LOSS }), firstFailure: NOW - 600 })
  const silent = (machine: number, age: number, some: Told = {}) =>
    failure({ machine, has: [[bad, age]], classes: [LOSS], failedAt: NOW - 300 + machine, ...some })
  const soon = range(1, 21).map((machine) => silent(machine, 30 + machine))
  const late = silent(21, 2 * HOUR)
  const crash = silent(22, 2 * HOUR, { classes: [CRASH], crashKind: 'bugcheck' })
  const isTaken = thoseInExcess(incident, [...soon, late, crash], parts.scales, NOW)
  expect(soon.every(isTaken)).toBe(true)
  expect(isTaken(late)).toBe(false)
  for (const record of soon)
    incident.affected.set(record.machine, { failure: failureOf(record, bad), tier: 'presumed' })
  expect(isInExcess(incident, silent(23, 2 * HOUR), parts.scales)).toBe(false)
  expect(isInExcess(incident, silent(24, 40), parts.scales)).toBe(true)
  expect(isInExcess(incident, crash, parts.scales)).toBe(true)
})
