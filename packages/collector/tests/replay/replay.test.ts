import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DAY, HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { goodbyeTold, judge } from '../../src/fleet/judge.ts'
import { machineFromRow } from '../../src/fleet/machine.ts'
import { RecordedPresence } from '../../src/replay/presence.ts'
import { replayRecorded } from '../../src/replay/replay.ts'
import { openRecorded } from '../../src/store/store.ts'
import { badContent, VirtualFleet } from '../support/virtual-fleet.ts'
import { machineRow } from '../support/world.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-replay-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('what a state’s reason tells', () => {
  test.each(['shutdown', 'restart', 'sleep', 'service-stop', 'upgrade'] as const)('%s', (reason) => {
    const at = Date.UTC(2024, 6, 19)
    const machine = { ...machineFromRow(machineRow(1)), heardThisRun: true, goodbye: { reason, at } }
    const settings = { silenceMs: 40_000, bootLoop: { boots: 3, windowMs: HOUR }, blindUntil: 0, listeningSince: 0 }
    expect(goodbyeTold(judge(machine, at + SECOND, settings).reason)).toBe(reason)
  })
  test('silence tells of none', () =>
    expect(goodbyeTold('Vanished without a goodbye; last heard at x.')).toBeUndefined())
})

test('a start belongs to the connection beside it, and within a loop to none', () => {
  const presence = new RecordedPresence(() => 1)
  const boot = (receivedAt: number, end: 'bugcheck' | 'clean', n: number) => ({
    receivedAt,
    bootedAt: receivedAt,
    boot: n,
    end,
  })
  const [first, second] = [boot(10_000, 'bugcheck', 5), boot(400_000, 'clean', 6)]
  presence.expect(7, first)
  presence.expect(7, second)
  const change = (at: number, to: 'healthy' | 'dark') => [
    ...presence.transition({ id: 1, machine: 7, at, from: 'dark', to, reason: '' }),
  ]
  expect(change(9_000, 'healthy')).toMatchObject([{ type: 'online', previousEnd: 'bugcheck', boot: 5 }])
  expect([...presence.boot(7, first)]).toEqual([])
  expect([...presence.boot(7, second)]).toMatchObject([{ type: 'online', previousEnd: 'clean', boot: 6 }])
  expect(change(500_000, 'dark')).toMatchObject([{ type: 'silent', othersAlive: false }])
  expect(change(500_001, 'dark')).toEqual([])
})

test.each([
  ['in a fleet that has been there', 75],
  ['in the first hour of a fleet', 15],
])(
  'what was raised %s is raised again from what the store recorded, and a budget of next to nothing raises it not',
  async (_when, minutes) => {
    const fleet = new VirtualFleet(folder)
    await fleet.startEnrolled()
    const exposed = fleet.introduce()
    // starts of the last days are no starts of now
    for (const uid of fleet.uids)
      for (const daysAgo of [3, 2, 1])
        fleet.send(uid, {
          id: `boot ${daysAgo}`,
          at: fleet.clock.now() - daysAgo * DAY,
          type: 'boot',
          start: 'cold',
          bootId: `of ${daysAgo} days ago`,
          previous: { end: 'bugcheck' },
        })
    await fleet.pass(minutes * MINUTE)
    for (const uid of exposed.slice(0, 40)) {
      fleet.send(uid, badContent(fleet.clock.now()))
      await fleet.pass(2 * SECOND)
      fleet.vanish(uid)
    }
    await fleet.pass(90 * SECOND)
    for (const uid of exposed.slice(0, 30))
      fleet.crashed(uid, { stopCode: '0x50', culprit: { driver: 'csagent.sys', reason: 'r', confidence: 'high' } })
    await fleet.pass(2 * MINUTE)
    const [live] = fleet.context.incidents.active().map(({ record }) => record)
    await fleet.context.close()

    const db = openRecorded({ kind: 'sqlite', file: join(folder, 'pumphandle.db') })
    const until = fleet.clock.now()
    const replayed = await replayRecorded(db, { from: until - HOUR, until, budget: 1 })
    expect(replayed.incidents).toMatchObject([
      { cause: 'content:falcon/291@2024-07-19T04:09Z', recorded: live?.id, isMerged: false },
    ])
    expect(Math.abs((replayed.incidents[0]?.raisedAt ?? 0) - (live?.openedAt ?? 0))).toBeLessThan(MINUTE)
    expect(replayed.missed).toEqual([])
    const strict = await replayRecorded(db, { from: until - HOUR, until, budget: 1e-300 })
    expect(strict.incidents).toEqual([])
    expect(strict.missed).toMatchObject([{ id: live?.id }])
    await expect(replayRecorded(db, { from: until - 3 * DAY, until: until - 2 * DAY, budget: 1 })).rejects.toThrow(
      RangeError,
    )
    await db.destroy()

    // machines on probation, of one token: one speaks for all
    const file = join(folder, 'pumphandle.db')
    const raw = new DatabaseSync(file)
    raw.exec('update machine set established_at = null')
    raw.close()
    const newcomers = openRecorded({ kind: 'sqlite', file })
    const doubted = await replayRecorded(newcomers, { from: until - HOUR, until, budget: 1 })
    expect(doubted).toMatchObject({ incidents: [], missed: [{ id: live?.id }] })
    await newcomers.destroy()
  },
)
