import { beforeEach, describe, expect, test } from 'vitest'
import { Casebook } from '../../src/detect/cases/casebook.ts'
import type { Incident } from '../../src/detect/cases/incident.ts'
import { ANY } from '../../src/detect/words/ages.ts'
import { CRASH, LOSS, PER_SHUTDOWN } from '../../src/detect/words/classes.ts'
import type { FailureRecord } from '../../src/detect/words/failure.ts'
import type { Finding } from '../../src/detect/words/finding.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { markOf } from '../../src/detect/words/subject.ts'
import { machineId } from './ids.ts'
import { passed } from './incidents.ts'
import { DAY, failure, HOUR, MINUTE, NOW, Parts, range, type Told } from './parts.ts'

const MACHINES = 100
const AGE = 300

let parts: Parts
let casebook: Casebook
let findings: Finding[]
let bad: FactId

beforeEach(() => {
  parts = new Parts()
  parts.enrol(MACHINES)
  bad = parts.give('content:falcon/291@2', range(0, 50), NOW - AGE)
  findings = []
  casebook = book()
})

const book = () =>
  new Casebook({
    fleet: parts.fleet,
    evidence: parts.evidence,
    ledger: parts.ledger,
    scales: parts.scales,
    count: parts.count,
    emit: (finding) => findings.push(finding),
  })

const CRASHED = { crashKind: 'bugcheck', stopCode: 0x50, culprit: 'csagent.sys' } as const

/** A crash of a machine with the bad file; not counted yet. */
const crash = (machine: number, some: Told = {}) => failure({ machine, has: [[bad, AGE]], ...CRASHED, ...some })

/** Counted crashes of machines 0, 1, 2, … */
function crashes(count: number, some: Told = {}): FailureRecord[] {
  return range(0, count).map((machine) => parts.fail({ machine, has: [[bad, AGE]], ...CRASHED, ...some }))
}

function raise(records: readonly FailureRecord[], now = NOW, fact = bad): Incident {
  expect(casebook.raise(passed(fact), records, now)).toBe(true)
  const incident = casebook.open.at(-1)
  if (!incident) throw new Error('no incident is open')
  return incident
}

const types = () => findings.map((f) => f.type)
const listed = (incident: Incident) => [...incident.affected.keys()]

describe('an incident is raised', () => {
  test('with its failures, told after it, and out of the counts', () => {
    const records = crashes(4)
    expect(parts.counts.total(CRASH, 1)).toBeCloseTo(4, 9)
    const incident = raise(records)
    expect(types()).toEqual(['raised', 'joined', 'joined', 'joined', 'joined'])
    expect(findings[0]).toMatchObject({ incident: 1, at: NOW * 1000, firstFailureAt: NOW * 1000 })
    expect(listed(incident)).toEqual([0, 1, 2, 3])
    expect(records.map((r) => [r.state, r.incident])).toEqual(records.map(() => ['explained', 1]))
    expect(parts.counts.total(CRASH, 1)).toBe(0)
  })

  test('with what its machines failed of before, and nobody else’s failures', () => {
    const before = parts.fail({ machine: 9, has: [[bad, AGE]], ...CRASHED, failedAt: NOW - HOUR })
    const others = parts.fail({ machine: 80, ...CRASHED })
    const incident = raise(crashes(3))
    expect(listed(incident)).toContain(9)
    expect(incident.firstFailure).toBe(before.failedAt)
    expect(others.state).toBe('counted')
  })

  test('once for one suspect: a second flag is the first incident’s', () => {
    const incident = raise(crashes(4))
    findings = []
    const more = parts.fail({ machine: 7, has: [[bad, AGE]], ...CRASHED })
    expect(casebook.raise(passed(bad), [more], NOW)).toBe(true)
    expect(casebook.open).toEqual([incident])
    expect(types()).toEqual(['joined'])
    // and it is not looked at again within a minute
    expect(casebook.raise(passed(bad), [more], NOW + 59)).toBe(false)
  })

  test('not at all where its failures are no more than its machines have anyway', () => {
    // one silence of a machine that leaves without its goodbye is normal
    const silent = parts.fail({ machine: 0, has: [[bad, AGE]], classes: [LOSS] })
    for (const m of range(0, 50)) parts.fleet.countUnit(PER_SHUTDOWN, machineId(m), NOW)
    expect(casebook.raise(passed(bad, { subject: LOSS }), [silent], NOW)).toBe(false)
    expect(findings).toEqual([])
    expect(silent.state).toBe('counted')
  })

  test('under numbers that rise', () => {
    raise(crashes(4))
    const other = parts.give('driver:b.sys@1', range(60, 100), NOW - AGE)
    const records = range(60, 64).map((machine) =>
      parts.fail({ machine, has: [[other, AGE]], ...CRASHED, culprit: 'b.sys' }),
    )
    expect(raise(records, NOW, other).id).toBe(2)
  })
})

describe('a failure is explained', () => {
  let incident: Incident
  beforeEach(() => {
    incident = raise(crashes(6))
  })

  test('by the open incident whose suspect the machine has', () => {
    expect(casebook.explaining(crash(20))).toBe(incident)
    expect(casebook.explaining(failure({ machine: 80, ...CRASHED }))).toBeNull()
  })

  test('not where its crash names another culprit than nearly all of the incident’s', () => {
    expect(casebook.explaining(crash(20, { culprit: 'disk.sys' }))).toBeNull()
    expect(casebook.explaining(crash(20, { culprit: 'CSAgent.SYS' }))).toBe(incident)
  })

  test('not by an incident that is closed', () => {
    casebook.review(NOW + 6 * HOUR + 1)
    expect(casebook.explaining(crash(20))).toBeNull()
  })
})

describe('a machine joins', () => {
  let incident: Incident
  beforeEach(() => {
    incident = raise(crashes(4))
    findings = []
  })

  test('and is told once', () => {
    casebook.join(incident, crash(20), NOW + 5)
    casebook.join(incident, crash(20), NOW + 9)
    expect(findings).toMatchObject([{ type: 'joined', incident: 1, at: (NOW + 5) * 1000, tier: 'confirmed' }])
    expect(incident.lastFailure).toBe(NOW + 9)
  })

  test('again where a crash confirms what was presumed, with the time at which it fell silent', () => {
    casebook.join(incident, failure({ machine: 20, has: [[bad, AGE]], classes: [LOSS] }), NOW + 5)
    casebook.join(incident, crash(20, { failedAt: NOW + 60 }), NOW + 90)
    expect(findings).toMatchObject([
      { type: 'joined', tier: 'presumed' },
      { type: 'joined', tier: 'confirmed', failure: { failedAt: NOW * 1000, culprit: 'csagent.sys' } },
    ])
  })

  test('again where the dump names the culprit that the first report could not', () => {
    casebook.join(incident, crash(20, { culprit: null }), NOW + 5)
    casebook.join(incident, crash(20), NOW + 60)
    expect(findings.map((f) => f.type === 'joined' && f.failure.culprit)).toEqual([null, 'csagent.sys'])
  })
})

describe('a failure is taken back', () => {
  let incident: Incident
  beforeEach(() => {
    incident = raise(crashes(4))
  })

  function silent(machine: number): FailureRecord {
    const record = failure({ machine, has: [[bad, AGE]], classes: [LOSS] })
    casebook.join(incident, record, NOW)
    return record
  }

  test('where the machine that was presumed ill was alive', () => {
    const record = silent(20)
    findings = []
    casebook.withdraw(record, NOW + 60)
    expect(findings).toMatchObject([{ type: 'retracted', incident: 1, machine: 20, reason: 'was-alive' }])
    expect(listed(incident)).not.toContain(20)
    expect(record).toMatchObject({ state: 'gone', incident: 0 })
  })

  test('not where a crash has confirmed it since', () => {
    const record = silent(20)
    casebook.join(incident, crash(20), NOW + 30)
    findings = []
    casebook.withdraw(record, NOW + 60)
    expect(findings).toEqual([])
    expect(listed(incident)).toContain(20)
  })

  test('where it is back with the same boot, and more are known to have failed otherwise', () => {
    const back = (record: FailureRecord) => casebook.ranOn(record, NOW + 600)
    const [first, ...more] = range(20, 25).map(silent)
    back(first as FailureRecord)
    expect(listed(incident)).not.toContain(20)
    // four crashed; as many ran on, so that the update may have cut them off
    for (const record of more) back(record)
    expect(listed(incident)).toEqual(expect.arrayContaining([23, 24]))
    for (const machine of [40, 41, 42]) casebook.join(incident, crash(machine), NOW + 700)
    back(silent(25))
    for (const machine of [23, 24, 25]) expect(listed(incident)).not.toContain(machine)
  })

  test('not again when the failures of its suspect are gone through anew', () => {
    const record = failure({ machine: 26, has: [[bad, AGE]], classes: [LOSS] })
    casebook.ranOn(record, NOW + 600)
    const again = raise([...crashes(4), record])
    expect(listed(again)).not.toContain(26)
  })

  test('where a report names another culprit for what was listed a moment before', () => {
    for (const machine of range(10, 20)) casebook.join(incident, crash(machine), NOW)
    silent(30)
    silent(31)
    findings = []
    casebook.contradict(crash(30, { culprit: 'disk.sys', failedAt: NOW - 10 * MINUTE }), NOW + 60)
    // a quarter of an hour apart they are two failures
    casebook.contradict(crash(31, { culprit: 'disk.sys', failedAt: NOW - 16 * MINUTE }), NOW + 60)
    expect(findings).toMatchObject([{ type: 'retracted', machine: 30, reason: 'explained-elsewhere' }])
  })
})

describe('crashes of an incident that name another culprit', () => {
  test('leave it once nearly all that came after them name one', () => {
    const early = [0, 1].map((machine) =>
      parts.fail({ machine, has: [[bad, AGE]], ...CRASHED, culprit: 'igdkmd.sys', failedAt: NOW - HOUR }),
    )
    const incident = raise([
      ...early,
      ...[2, 3].map((machine) => parts.fail({ machine, has: [[bad, AGE]], ...CRASHED })),
    ])
    expect(listed(incident)).toEqual(expect.arrayContaining([0, 1]))
    for (const machine of range(10, 20))
      casebook.join(incident, parts.fail({ machine, has: [[bad, AGE]], ...CRASHED }), NOW + machine)
    casebook.review(NOW + 2 * MINUTE)
    expect(listed(incident)).not.toContain(0)
    expect(listed(incident)).not.toContain(1)
    expect(early.map((r) => r.state)).toEqual(['counted', 'counted'])
  })
})

describe('an incident closes', () => {
  test('six hours after its last failure', () => {
    const incident = raise(crashes(4))
    casebook.review(NOW + 6 * HOUR)
    expect(incident.open).toBe(true)
    casebook.review(NOW + 6 * HOUR + 1)
    expect(incident).toMatchObject({ open: false, closedAt: NOW + 6 * HOUR + 1 })
    expect(types().at(-1)).toBe('closed')
  })

  test('after three days in any case', () => {
    const incident = raise(crashes(4))
    incident.lastFailure = NOW + 3 * DAY
    casebook.review(NOW + 3 * DAY)
    expect(incident.open).toBe(true)
    casebook.review(NOW + 3 * DAY + 1)
    expect(incident.open).toBe(false)
  })

  test('when its last machine turns out to have been alive', () => {
    const incident = raise(crashes(4))
    incident.affected.clear()
    casebook.review(NOW + 1)
    expect(incident.open).toBe(false)
  })

  test('and opens again for the same suspect within two weeks, a minute later at the earliest', () => {
    const incident = raise(crashes(4))
    const closed = NOW + 6 * HOUR + 1
    casebook.review(closed)
    const again = parts.fail({ machine: 20, has: [[bad, 7 * HOUR]], ...CRASHED, failedAt: closed })
    expect(casebook.raise(passed(bad), [again], closed + 59)).toBe(false)
    findings = []
    expect(casebook.raise(passed(bad), [again], closed + 60)).toBe(true)
    expect(types()).toEqual(['joined', 'reopened'])
    expect(casebook.open).toEqual([incident])
  })

  describe('and goes on', () => {
    const MARK = markOf(CRASH, CRASHED.culprit)
    const closed = NOW + 6 * HOUR + 1
    const later = NOW + DAY
    let incident: Incident
    beforeEach(() => {
      incident = raise(crashes(6, { mark: MARK }))
      casebook.review(closed)
      findings = []
    })

    test('with one more crash of its culprit, a day later', () => {
      const again = crash(20, { mark: MARK, failedAt: later })
      expect(casebook.goingOn(again, later)).toBe(incident)
      expect(types()).toEqual(['reopened'])
      expect(casebook.open).toEqual([incident])
    })

    test.each([
      ['that names another driver', { culprit: 'disk.sys', mark: markOf(CRASH, 'disk.sys') }, later],
      ['of a machine that is on its list', { machine: 0 }, later],
      ['of a machine without the suspect', { machine: 80, has: [] }, later],
      ['two weeks after it closed', {}, closed + 14 * DAY],
    ] as const)('not with a crash %s', (_, told, at) => {
      expect(casebook.goingOn(crash(20, { mark: MARK, failedAt: at, ...told }), at)).toBeNull()
      expect(incident.open).toBe(false)
    })

    test('not where crashes of that driver are due now and then anyway', () => {
      for (const machine of range(50, 100)) parts.fail({ machine, ...CRASHED, mark: MARK, weight: 20 })
      expect(casebook.goingOn(crash(20, { mark: MARK, failedAt: later }), later)).toBeNull()
    })
  })

  test('and is another one after that', () => {
    raise(crashes(4))
    casebook.review(NOW + 6 * HOUR + 1)
    const later = NOW + 14 * DAY
    parts.decay.advance(later)
    const records = range(20, 24).map((machine) =>
      parts.fail({ machine, has: [[bad, 14 * DAY]], ...CRASHED, failedAt: later }),
    )
    expect(raise(records, later).id).toBe(2)
  })

  test('and is forgotten after thirty days', () => {
    raise(crashes(4))
    casebook.review(NOW + 6 * HOUR + 1)
    casebook.review(NOW + 30 * DAY - 1)
    expect(casebook.find(1)).toBeDefined()
    casebook.review(NOW + 30 * DAY)
    expect(casebook.find(1)).toBeUndefined()
  })
})

describe('an incident is looked at again', () => {
  test('when its failures have grown by half, or a minute has gone, but not for nothing', () => {
    const incident = raise(crashes(4))
    incident.dirty = false
    findings = []
    casebook.review(NOW + 120)
    expect(types()).toEqual([])
    casebook.join(incident, crash(20), NOW + 121)
    casebook.review(NOW + 121)
    expect(types()).toEqual(['joined', 'reranked'])
  })

  test('and gives back what a new suspect does not explain', () => {
    parts.enrol(400)
    const wide = parts.give('driver:a.sys@1', range(0, 400))
    const narrow = parts.give('driver:b.sys@1', range(0, 15))
    const always = Number.POSITIVE_INFINITY
    const stray = parts.fail({ machine: 40, has: [[wide, always]], ...CRASHED })
    const incident = raise([stray], NOW, wide)
    for (const machine of range(0, 15)) {
      const has = [
        [wide, always],
        [narrow, always],
      ] as const
      casebook.join(incident, parts.fail({ machine, has, ...CRASHED }), NOW)
    }
    findings = []
    casebook.review(NOW + 60)
    expect(incident.fact).toBe(narrow)
    expect(stray).toMatchObject({ state: 'counted', incident: 0 })
    const retracted = { type: 'retracted', machine: 40, reason: 'explained-elsewhere' }
    expect(findings).toMatchObject([retracted, { type: 'reranked', suspectChanged: true, previous: { fact: wide } }])
  })

  test('and takes over another that blames the same: the older keeps its number', () => {
    const other = parts.give('driver:b.sys@1', range(60, 100), NOW - AGE)
    const first = raise(crashes(4))
    const records = range(60, 64).map((machine) =>
      parts.fail({ machine, has: [[other, AGE]], ...CRASHED, culprit: 'b.sys' }),
    )
    const second = raise(records, NOW, other)
    // what a ranking may find later: both are one
    second.fact = bad
    second.dirty = first.dirty = true
    findings = []
    casebook.review(NOW + 60)
    expect(findings).toContainEqual({ type: 'merged', incident: 2, at: (NOW + 60) * 1000, into: 1 })
    expect(casebook.open).toEqual([first])
    expect(second).toMatchObject({ open: false, mergedInto: 1 })
    expect(listed(first)).toEqual(expect.arrayContaining([0, 60, 61]))
    expect(records.every((r) => r.incident === 1)).toBe(true)
  })
})

describe('what is known of it', () => {
  test('is a table of machines, with the suspect and without', () => {
    const incident = raise(crashes(4))
    parts.fail({ machine: 80, ...CRASHED })
    const { table, failures, practices, dominantCulprit, strength } = casebook.assessment(incident)
    expect(table).toEqual({ exposed: { machines: 50, failed: 4 }, comparable: { machines: 50, failed: 1 } })
    expect({ failures, practices, dominantCulprit }).toEqual({ failures: 4, practices: 4, dominantCulprit: null })
    expect(strength).toMatchObject({ failureClass: 'crash', ageWindow: 'any' })
  })

  test('counts those that failed and are gone among the exposed', () => {
    const incident = raise(crashes(4))
    for (const m of incident.affected.keys()) parts.fleet.disconnect(m)
    expect(casebook.assessment(incident).table.exposed).toEqual({ machines: 50, failed: 4 })
  })

  test('counts those that had it, were well and have it no more: after a roll-back not all that had it failed', () => {
    const incident = raise(crashes(4))
    const { exposure } = parts.fleet
    for (const machine of range(0, 50)) parts.fleet.lose(machineId(machine), bad, NOW, NOW)
    expect(exposure.machines(exposure.slots.find(bad), ANY)).toBe(0)
    const { exposed, comparable } = casebook.assessment(incident).table
    expect([exposed, comparable.machines]).toEqual([{ machines: 50, failed: 4 }, 50])
  })

  test('is the middle of the seconds from the arrival to the failure', () => {
    const ages = [10, 20, 400]
    const records = ages.map((age, machine) => parts.fail({ machine, has: [[bad, age]], ...CRASHED }))
    expect(casebook.assessment(raise(records))).toMatchObject({
      firstSecondsAfterExposure: 10,
      medianSecondsAfterExposure: 20,
    })
  })

  test('outlives a restart', () => {
    raise(crashes(4))
    const saved = structuredClone(casebook.save())
    const again = book()
    again.load(saved)
    expect(again.open.map((i) => [i.id, i.fact, [...i.affected.keys()]])).toEqual([[1, bad, [0, 1, 2, 3]]])
    expect(again.assessment(again.open[0] as Incident)).toEqual(casebook.assessment(casebook.open[0] as Incident))
  })
})

test('a test’s window is the incident’s: one of any age claims failures of a week', () => {
  const early = parts.fail({ machine: 9, has: [[bad, AGE]], ...CRASHED, failedAt: NOW - 5 * DAY })
  parts.evidence.prune(NOW)
  const records = crashes(4)
  casebook.raise(passed(bad, { window: ANY }), records, NOW)
  expect(early.state).toBe('explained')
})
