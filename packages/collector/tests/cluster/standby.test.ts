import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY } from '@pumphandle/shared/time'
import pino from 'pino'
import { expect, test } from 'vitest'
import { VirtualClock } from '../../../simulator/src/time/virtual-clock.ts'
import { Standby, type StandbyParts } from '../../src/cluster/standby.ts'
import { Turn } from '../../src/cluster/turn.ts'
import { Probation } from '../../src/enrol/probation.ts'
import { Changes } from '../../src/fleet/changes.ts'
import { Fleet } from '../../src/fleet/fleet.ts'
import type { FleetMachine } from '../../src/fleet/machine.ts'
import { UnderMaintenance } from '../../src/pipeline/under-maintenance.ts'
import { openStore } from '../../src/store/index.ts'
import { machinesByIds } from '../../src/store/machine-rows.ts'
import { insertMachine } from '../../src/store/machines.ts'
import { ensurePractice } from '../../src/store/practices.ts'
import { vouchForMachines } from '../../src/store/probation.ts'

const NOW = Date.UTC(2024, 6, 19)

test('a brain that stands by takes an admin’s word for machines that had waited for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-standby-'))
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'pumphandle.db') })
  const practice = await ensurePractice(store.db, 'A81001')
  const came = NOW - 3 * DAY
  const about = { name: 'PC', practice, agentVersion: '0.1.0', unmanaged: false, now: came }
  const waited = await insertMachine(store.db, { ...about, uid: 'waited', establishedAt: came + DAY })
  const waits = await insertMachine(store.db, { ...about, uid: 'waits', establishedAt: null })
  const probation = await Probation.load(store.reader, NOW)
  const told: string[] = []
  const clock = new VirtualClock(NOW)
  const standby = new Standby(
    {
      clock,
      log: pino({ level: 'silent' }),
      store,
      fleet: new Fleet({
        changes: new Changes(() => undefined),
        heartbeatMs: 15_000,
        silenceMs: 40_000,
        bootLoop: () => ({ boots: 3, minutes: 30 }),
        now: NOW,
        onTransition: () => undefined,
        onSilent: () => undefined,
      }),
      turn: new Turn(),
      maintenance: new UnderMaintenance(),
      onMachine: ({ uid }: FleetMachine) => void told.push(uid),
      onNewcomers: () => probation.read(store.reader),
      onVouched: (machine: FleetMachine) => probation.vouched(machine),
    } as unknown as StandbyParts,
    NOW,
  )
  const read = async () => standby.know(await machinesByIds(store.reader, [waited.id, waits.id]))
  await read()
  expect([waited, waits].map(({ id }) => probation.originOf(id) !== undefined)).toEqual([true, true])

  told.length = 0
  await store.transaction((tx) => vouchForMachines(tx, practice.id))
  await read()
  expect([waited, waits].map(({ id }) => probation.originOf(id))).toEqual([undefined, undefined])
  // the detector learns of both
  expect(told.toSorted()).toEqual(['waited', 'waits'])
  await read()
  expect(told).toHaveLength(2)
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})
