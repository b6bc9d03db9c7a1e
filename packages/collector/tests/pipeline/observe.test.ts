import type { EventOf } from '@pumphandle/shared/wire'
import { expect, test } from 'vitest'
import { machineFromRow } from '../../src/fleet/machine.ts'
import { fromEvent } from '../../src/pipeline/observe.ts'
import { machineRow, START } from '../support/world.ts'

test.each([
  ['CSFalconService', true],
  ['CrowdStrike Falcon Sensor Service', true],
  ['WinDefend', true],
  ['srtsp64', true],
  ['Spooler', false],
  ['Windows Defender Firewall', false],
  ['OneSyncSvc', false],
  ['dam', false],
])('the death of the service %s is a failure: %s', (process, isFailure) => {
  const event: EventOf<'crash'> = { id: 'service:1', at: START, type: 'crash', kind: 'service', process, sources: [] }
  const arrived = { machineId: 1, event, at: START, receivedAt: START, skew: 0 }
  expect(fromEvent(machineFromRow(machineRow(1)), arrived, START) !== undefined).toBe(isFailure)
})

test.each([
  ['0x1c8', false],
  ['0x1e', true],
])('a blue screen of %s is a failure: %s, for one is a power button that somebody held', (stopCode, isFailure) => {
  const event: EventOf<'crash'> = {
    id: 'bugcheck:1',
    at: START,
    type: 'crash',
    kind: 'bugcheck',
    stopCode,
    sources: [],
  }
  const arrived = { machineId: 1, event, at: START, receivedAt: START, skew: 0 }
  expect(fromEvent(machineFromRow(machineRow(1)), arrived, START) !== undefined).toBe(isFailure)
})
