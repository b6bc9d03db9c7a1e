import { expect, test } from 'vitest'
import { inTurn } from '../../src/ingest/in-turn.ts'
import { comeBack, type Outage } from './coming-back.ts'

const MINUTE_MS = 60_000

test.each<Outage>([
  { machines: 200, ms: 30_000, cores: 1 },
  { machines: 2_000, ms: 30_000, cores: 1 },
  { machines: 2_000, ms: 10 * MINUTE_MS, cores: 1 },
  { machines: 10_000, ms: 17_000, cores: 1 },
])(
  'of $machines machines that a collector was away from for $ms ms, all are back within a minute and the time of their handshakes',
  (outage) => {
    const { half, all, useless, bound } = comeBack(outage)
    expect(half).toBeLessThan(20 + bound / 2)
    expect(all).toBeLessThan(62 + bound)
    // each costs a millisecond of a core, of the four that a machine costs that gets in
    expect(useless).toBeLessThan(1)
  },
)

test('a collector that restarts in order tells each when to come: nobody waits for more than the handshakes, and all are heard', () => {
  const machines = 5_000
  const orderly = { machines, ms: 3_000, cores: 1 }
  const { all, unheard, bound } = comeBack({ ...orderly, told: (n) => 5 + inTurn(n, machines) })
  expect(all).toBeLessThan(1.5 * bound)
  expect(unheard).toBe(0)
  expect(comeBack({ ...orderly, told: () => 5 }).unheard).toBeGreaterThan(0.5)
})
