import { expect, test } from 'vitest'
import type { Observation } from '../../src/detect/index.ts'
import { snapshotFromText, snapshotToText } from '../../src/pipeline/snapshot-text.ts'
import { fleet, run, START } from '../detect/world.ts'

const MACHINES = 5000
const crashes: Observation[] = Array.from({ length: MACHINES }, (_, machine) => ({
  type: 'crash',
  at: START + 60_000 + machine,
  machine,
  id: String(machine),
  occurredAt: START + 50_000 + machine,
  kind: 'bugcheck',
  stopCode: 0x50,
  culprit: 'csagent.sys',
  uptimeSeconds: 5000,
}))
const { detector } = run([...fleet(MACHINES), ...crashes], START + 120_000)

test('a snapshot comes back from its text as it was, with more failures than one piece holds', async () => {
  const snapshot = detector.snapshot()
  expect(snapshot.evidence.crashes.length).toBeGreaterThan(4000)
  expect(await snapshotFromText(await snapshotToText(snapshot))).toEqual(snapshot)
})

test('while a snapshot is written, others have their turns', async () => {
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await snapshotToText(detector.snapshot())
  isDone = true
  expect(turns).toBeGreaterThan(10)
})

test('a text that is none is refused', async () => {
  await expect(snapshotFromText('AAAA')).rejects.toThrow(/header/)
})
