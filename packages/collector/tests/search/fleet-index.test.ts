import { HOUR } from '@pumphandle/shared/time'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Changes } from '../../src/fleet/changes.ts'
import { Fleet } from '../../src/fleet/fleet.ts'
import { FleetIndex } from '../../src/search/fleet-index.ts'
import type { Store } from '../../src/store/index.ts'
import { StillClock, tempStore } from '../serve/support/temp-store.ts'
import { machineRow, SILENCE, START } from '../support/world.ts'

let store: Store
let drop: () => Promise<void>

beforeEach(async () => {
  ;({ store, drop } = await tempStore())
})
afterEach(() => drop())

test('a row that is read before its new state is stored does not bring the old one back', async () => {
  const row = machineRow(1, { practice_id: null, region_id: null })
  await store.db.insertInto('machine').values(row).execute()
  const clock = new StillClock(START)
  const changes = new Changes((error) => {
    throw error
  })
  const fleet = new Fleet({
    changes,
    heartbeatMs: 15_000,
    silenceMs: SILENCE,
    bootLoop: () => ({ boots: 3, minutes: 30 }),
    now: START,
    onTransition: () => undefined,
    onSilent: () => undefined,
  })
  const machine = fleet.put(row, START)
  const none = { active: () => [], get: () => undefined }
  const index = new FleetIndex({ store, clock, changes, fleet, incidents: none, log: pino({ level: 'silent' }) })
  await index.start()
  const at = () => index.columns.machines.indexOf(1) ?? -1
  expect(index.columns.machines.state.get(at())).toBe('offline')

  Object.assign(machine, { state: 'crashed', stateSince: START + HOUR })
  changes.emit('machine-changed', { machine, from: 'offline', at: START })
  changes.emit('event-stored', { machine, event: { id: 'e1', at: START, type: 'crash', kind: 'bugcheck' }, at: START })
  await index.sync()
  expect(index.columns.machines.state.get(at())).toBe('crashed')
  expect(index.columns.machines.since.get(at())).toBe(START + HOUR)
  await index.close()
})
