import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { badContent, PER_PRACTICE, PRACTICES, VirtualFleet } from '../support/virtual-fleet.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-virtual-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const crash = (at: number): AgentEvent => ({
  id: 'crash-1',
  at,
  type: 'crash',
  kind: 'bugcheck',
  stopCode: '0x50',
  culprit: { driver: 'csagent.sys', reason: 'module at the faulting address', confidence: 'high' },
  uptimeSeconds: 3600,
})

test('a bad content file, from the file to the incident, with no sockets and no waiting', async () => {
  const fleet = new VirtualFleet(folder)
  await fleet.startEnrolled()
  const exposed = fleet.introduce()
  await fleet.pass(12 * MINUTE)
  expect(fleet.context.fleet.counts.healthy).toBe(PRACTICES * PER_PRACTICE)

  const hit = exposed.slice(0, 80)
  for (const [i, uid] of hit.entries()) {
    fleet.send(uid, badContent(fleet.clock.now()))
    if (i % 2 === 0) await fleet.pass(SECOND)
    await fleet.context.ingest.flush()
    fleet.vanish(uid)
  }
  await fleet.pass(90 * SECOND)
  for (const uid of hit.slice(0, 30)) {
    fleet.connect(uid, 'boot-2', 'bugcheck')
    fleet.send(uid, crash(fleet.clock.now() - MINUTE))
  }
  await fleet.pass(2 * MINUTE)

  const { context } = fleet
  const [incident] = context.incidents.active().map((i) => i.row(fleet.clock.now()))
  expect(incident?.cause?.key).toBe('content:falcon/291@2024-07-19T04:09Z')
  expect(context.fleet.counts).toMatchObject({ crashed: 30, dark: 50 })
  await context.close()

  const again = new VirtualFleet(folder)
  again.clock.advanceTo(fleet.clock.now() + MINUTE)
  await again.start()
  expect(again.context.incidents.active().map((i) => i.record.cause?.key)).toEqual([incident?.cause?.key])
  expect(again.context.fleet.size).toBe(PRACTICES * PER_PRACTICE)
  await again.context.close()
})

test('what was acknowledged just before the collector was killed still makes an incident', async () => {
  const before = new VirtualFleet(folder)
  await before.startEnrolled()
  before.introduce()
  await before.pass(12 * MINUTE)
  await before.context.close()

  const killed = new VirtualFleet(folder)
  killed.uids = before.uids
  killed.clock.advanceTo(before.clock.now() + SECOND)
  await killed.start()
  for (const uid of killed.uids) killed.connect(uid, 'boot-1', 'clean')
  await killed.pass(7 * MINUTE)
  const hit = killed.uids.filter((_, i) => i % 2 === 0).slice(0, 80)
  for (const uid of hit)
    killed.send(uid, badContent(killed.clock.now() - 2 * MINUTE), crash(killed.clock.now() - MINUTE))
  await killed.context.ingest.flush()
  // no tick passes: the detector has not spoken, and nothing of it is written
  expect(killed.context.incidents.active()).toEqual([])
  // what the kernel does at a kill
  await killed.context.claim.release()

  const after = new VirtualFleet(folder)
  after.uids = before.uids
  after.clock.advanceTo(killed.clock.now() + 30 * SECOND)
  await after.start()
  await after.pass(MINUTE)
  const causes = after.context.incidents.active().map((i) => i.record.cause?.key)
  expect(causes).toEqual(['content:falcon/291@2024-07-19T04:09Z'])
  await after.context.close()
  await killed.context.close()
})

test('what somebody resolved begins again with the next failure, also after a restart', async () => {
  const fleet = new VirtualFleet(folder)
  await fleet.startEnrolled()
  const exposed = fleet.introduce()
  await fleet.pass(12 * MINUTE)
  for (const uid of exposed.slice(0, 80)) fleet.send(uid, badContent(fleet.clock.now() - 2 * MINUTE))
  for (const uid of exposed.slice(0, 60)) fleet.crashed(uid)
  await fleet.pass(2 * MINUTE)
  const { id } = fleet.context.incidents.active()[0]?.record ?? { id: 0 }
  await fleet.context.desk.resolve(id, 'Ada')
  expect(fleet.open()).toEqual([])
  await fleet.restart(MINUTE)
  fleet.reconnect()
  await fleet.pass(8 * MINUTE)
  expect(fleet.open()).toEqual([])
  for (const uid of exposed.slice(60, 80)) fleet.crashed(uid)
  await fleet.pass(2 * MINUTE)
  expect(fleet.context.incidents.active().map(({ record }) => [record.id, record.status])).toEqual([[id, 'open']])
  const detail = await fleet.context.desk.detail(id)
  expect(detail?.history.map((entry) => entry.type)).toEqual(expect.arrayContaining(['opened', 'resolved', 'reopened']))
  await fleet.context.close()
})
