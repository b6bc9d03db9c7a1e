import { AgentEvent } from '@pumphandle/shared/wire'
import { expect, test } from 'vitest'
import { eventInWords, laneOf } from '../../src/serve/machines/event-words.ts'

const base = { id: 'e', at: 1_000 }

test.each([
  [
    { type: 'boot', bootId: 'b', start: 'cold', safeMode: 'minimal', previous: { end: 'bugcheck' } },
    'Windows started in Safe Mode; the boot before stopped with a blue screen.',
  ],
  [{ type: 'boot-loop', boots: 4, since: 0 }, '4 unclean boots in a row: a boot loop.'],
  [
    { type: 'crash', kind: 'bugcheck', stopCode: '0x50', stopName: 'PAGE_FAULT_IN_NONPAGED_AREA', count: 2 },
    'Blue screen 0x50 PAGE_FAULT_IN_NONPAGED_AREA, 2 times.',
  ],
  [{ type: 'crash', kind: 'hang', process: 'emis.exe' }, 'emis.exe stopped answering.'],
  [
    { type: 'component-changed', kind: 'sensor', name: 'falcon', version: '7.16', previousVersion: '7.15' },
    'sensor falcon changed from 7.15 to 7.16.',
  ],
  [{ type: 'component-changed', kind: 'driver', name: 'x.sys', previousVersion: '1' }, 'driver x.sys 1 was removed.'],
  [
    { type: 'service-state', service: 'CSFalconService', product: 'falcon', state: 'stopped', unexpected: true },
    'Service CSFalconService (falcon) is stopped, and not because somebody stopped it.',
  ],
  [
    {
      type: 'reachability',
      results: [
        { name: 'EMIS', ok: false, failedAt: 'tcp' },
        { name: 'DNS', ok: true },
      ],
    },
    'Does not reach EMIS (no connection).',
  ],
  [{ type: 'network-loss', until: 61_000 }, 'Could not reach anybody for 60 seconds.'],
  [
    { type: 'update', title: 'KB5040442', outcome: 'failed', errorCode: '0x80070005' },
    'KB5040442 failed with 0x80070005.',
  ],
])('%j in words', (event, words) => {
  const parsed = AgentEvent.parse({ ...base, ...event })
  expect(eventInWords(parsed)).toBe(words)
  expect(laneOf(parsed.type)).not.toBeUndefined()
})
