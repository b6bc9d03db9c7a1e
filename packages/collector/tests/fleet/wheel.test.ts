import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TimingWheel } from '../../src/fleet/wheel.ts'

test('every timer fires once, at its time or within a second after, in any order of setting', () => {
  const setting = fc.record({ item: fc.nat(9), at: fc.nat(100_000) })
  fc.assert(
    fc.property(fc.array(setting, { maxLength: 50 }), fc.array(fc.nat(20_000), { maxLength: 30 }), (sets, steps) => {
      const wheel = new TimingWheel<{ id: number; dueAt: number }>(0)
      const items = Array.from({ length: 10 }, (_, id) => ({ id, dueAt: Number.POSITIVE_INFINITY }))
      const wanted = new Map<number, number>()
      for (const { item, at } of sets) {
        wheel.set(items[item] as (typeof items)[number], at)
        wanted.set(item, at)
      }
      let now = 0
      const fired = new Map<number, number>()
      for (const step of [...steps, 200_000]) {
        now += step
        wheel.advance(now, (item) => {
          expect(fired.has(item.id)).toBe(false)
          fired.set(item.id, now)
        })
        const late = [...wanted].filter(([item, at]) => at <= now - 1_000 && !fired.has(item))
        expect(late).toEqual([])
      }
      expect(new Set(fired.keys())).toEqual(new Set(wanted.keys()))
      for (const [item, at] of fired) expect(at).toBeGreaterThanOrEqual(wanted.get(item) ?? 0)
    }),
  )
})
