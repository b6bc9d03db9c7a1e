import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECOND } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { VirtualFleet } from '../support/virtual-fleet.ts'

test('an alarm budget that an admin sets holds within a second, and after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-budget-'))
  const fleet = new VirtualFleet(folder)
  try {
    await fleet.start()
    const budget = () => fleet.context.detection.detector.alarmsPerFleetYear
    expect(budget()).toBe(1)
    await fleet.context.settings.change({ alarmBudget: 12 }, 'Ada', fleet.clock)
    await fleet.pass(SECOND)
    expect(budget()).toBe(12)
    await fleet.restart(SECOND)
    expect(budget()).toBe(12)
  } finally {
    await fleet.context.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
