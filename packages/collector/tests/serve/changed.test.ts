import { expect, test } from 'vitest'
import { mostTellingFirst } from '../../src/serve/fleet/changed.ts'

test('of what arrived, first is what failed by its share, not what everybody received on a bad day', () => {
  const received = [
    { what: 'signatures that all received', machines: 4_000, failed: 60 },
    { what: 'after which nobody failed, on few', machines: 30, failed: 0 },
    { what: 'after which nobody failed, on many', machines: 900, failed: 0 },
    { what: 'the bad file', machines: 300, failed: 58 },
    { what: 'one machine that failed', machines: 1, failed: 1 },
    { what: 'a driver on few, most of which failed', machines: 20, failed: 15 },
  ]
  expect(received.sort(mostTellingFirst).map(({ what }) => what)).toEqual([
    'a driver on few, most of which failed',
    'the bad file',
    'one machine that failed',
    'signatures that all received',
    'after which nobody failed, on many',
    'after which nobody failed, on few',
  ])
})
