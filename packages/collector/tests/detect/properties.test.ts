import { deserialize, serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Detector, type DetectorSnapshot, type Observation } from '../../src/detect/index.ts'
import { allCounts, fleet, history, newDetector, registry, run, START } from './world.ts'

const END = START + 4 * 3600_000

/** The same observations, those of one second in another order. */
function shuffledWithinSeconds(observations: readonly Observation[], seed: number): Observation[] {
  const key = (o: Observation, i: number) => ((i + 1) * 2654435761 * (seed + 1) + o.at) % 1009
  return observations
    .map((o, i) => ({ o, second: Math.floor(o.at / 1000), key: key(o, i) }))
    .toSorted((a, b) => a.second - b.second || a.key - b.key)
    .map(({ o }) => o)
}

/** Many observations a second, so that an order within it matters. */
const crowded = history.map((list) => list.map((o) => ({ ...o, at: START + 1000 + Math.floor((o.at - START) / 600) })))

describe('the detector, whatever it is told', () => {
  it('does not depend on the order within a second', () => {
    fc.assert(
      fc.property(crowded, fc.nat(50), (list, seed) => {
        const one = run([...fleet(), ...list], END)
        const other = run(shuffledWithinSeconds([...fleet(), ...list], seed), END)
        expect(allCounts(other.detector)).toEqual(allCounts(one.detector))
        expect(other.findings).toEqual(one.findings)
      }),
      { numRuns: 60 },
    )
  })

  it('counts a repeated observation once', () => {
    fc.assert(
      fc.property(crowded, fc.integer({ min: 2, max: 5 }), (list, copies) => {
        const one = run([...fleet(), ...list], END)
        const many = run(
          [...fleet(), ...list].flatMap((o) => Array.from({ length: copies }, () => o)),
          END,
        )
        expect(allCounts(many.detector)).toEqual(allCounts(one.detector))
        expect(many.findings).toEqual(one.findings)
      }),
      { numRuns: 60 },
    )
  })

  it('goes on from a snapshot as if it had never stopped', () => {
    fc.assert(
      fc.property(history, fc.nat(120), (list, cut) => {
        const all = [...fleet(), ...list]
        const at = fleet().length + (cut % (list.length + 1))
        const kept = run(all, END)
        const first = newDetector()
        const before = all.slice(0, at).flatMap((o) => first.observe(o))
        const stored = deserialize(serialize(first.snapshot())) as DetectorSnapshot
        const second = Detector.restore(stored, { facts: registry(), settings: { warmUpSeconds: 0 } })
        const after = run(all.slice(at), END, second)
        expect(allCounts(after.detector)).toEqual(allCounts(kept.detector))
        expect([...before, ...after.findings]).toEqual(kept.findings)
      }),
      { numRuns: 40 },
    )
  })

  it('never counts less than nothing, or something that is no number', () => {
    const wild = fc.oneof(fc.double(), fc.constantFrom(-1, 0, 2 ** 31, 1e18, Number.NaN, Number.POSITIVE_INFINITY))
    const broken = fc.tuple(
      history,
      fc.array(
        fc.tuple(
          fc.nat(119),
          fc.constantFrom(
            'machine',
            'fact',
            'site',
            'region',
            'boot',
            'since',
            'occurredAt',
            'lastHeard',
            'uptimeSeconds',
          ),
          wild,
        ),
      ),
    )
    fc.assert(
      fc.property(broken, ([list, faults]) => {
        const damaged = list.map((o) => ({ ...o }) as Record<string, unknown>)
        for (const [index, field, value] of faults) {
          const victim = damaged[index]
          if (victim && field in victim) victim[field] = value
        }
        const { detector } = run([...fleet(), ...(damaged as unknown as Observation[])], END)
        for (const count of allCounts(detector)) expect(count).toBeGreaterThanOrEqual(0)
        for (const count of allCounts(detector)) expect(Number.isFinite(count)).toBe(true)
      }),
      { numRuns: 80 },
    )
  })
})
