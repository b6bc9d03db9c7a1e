import { MINUTE } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { ThresholdRules } from '../src/score/thresholds.ts'

function crashed(rules: ThresholdRules, machine: number, at: number, id = `${machine}-${at}`): void {
  rules.observe({
    type: 'crash',
    at,
    machine,
    id,
    occurredAt: at - MINUTE,
    kind: 'bugcheck',
    stopCode: 80,
    culprit: 'x.sys',
    uptimeSeconds: 9,
  })
}

function fleet(machines: number, withFact: number): ThresholdRules {
  const rules = new ThresholdRules()
  for (let machine = 0; machine < machines; machine++) {
    rules.observe({ type: 'machine', at: 0, machine, site: machine % 50, region: 0 })
    rules.observe({ type: 'online', at: 0, machine, boot: 1, previousEnd: 'clean' })
    const fact = machine < withFact ? 1 : 2
    rules.observe({ type: 'component', at: 0, machine, fact, change: 'present', since: null })
  }
  return rules
}

const fired = (rules: ThresholdRules) => rules.alarms.map((alarm) => alarm.rule)

test('five crashes within five minutes alarm once, and again after an hour', () => {
  const rules = fleet(1000, 0)
  for (let i = 0; i < 8; i++) crashed(rules, i, i * 1000)
  expect(fired(rules)).toEqual(['5 crashes in 5 min'])
  for (let i = 0; i < 5; i++) crashed(rules, i, 61 * MINUTE + i * 1000)
  expect(fired(rules)).toEqual(['5 crashes in 5 min', '5 crashes in 5 min'])
})

test('five crashes in an hour do not', () => {
  const rules = fleet(1000, 0)
  for (let i = 0; i < 5; i++) crashed(rules, i, i * 6 * MINUTE)
  expect(fired(rules)).not.toContain('5 crashes in 5 min')
})

test('a version whose machines crash is named; a repeated report counts once', () => {
  const rules = fleet(1000, 40)
  for (let i = 0; i < 3; i++) for (let copy = 0; copy < 5; copy++) crashed(rules, i, i * 7 * MINUTE, `crash-${i}`)
  expect(rules.alarms).toEqual([{ rule: '5 % of a version in 1 h, at least 3', at: 14 * MINUTE, fact: 1 }])
})

test('a share of the fleet that falls silent alarms; those that left before do not count', () => {
  const rules = fleet(1000, 0)
  for (let machine = 0; machine < 400; machine++) {
    rules.observe({ type: 'goodbye', at: 0, machine, reason: 'shutdown' })
    rules.observe({ type: 'silent', at: 10, machine, lastHeard: 0, othersAlive: true })
  }
  expect(rules.alarms).toEqual([])
  for (let machine = 400; machine < 430; machine++) {
    rules.observe({ type: 'silent', at: 20, machine, lastHeard: 0, othersAlive: true })
  }
  expect(fired(rules)).toEqual(['over 1 % silent in 5 min'])
})
