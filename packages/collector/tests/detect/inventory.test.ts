import { describe, expect, it } from 'vitest'
import { BEFORE_WE_LOOKED, FactView, Inventory } from '../../src/detect/fleet/inventory.ts'
import { factId, machineId } from './ids.ts'

const M = machineId(0)
const NOW = 1_721_361_600

function inventory(): Inventory {
  const made = new Inventory()
  made.reserve(2)
  return made
}

describe('the inventory', () => {
  it('tells the facts of a machine as they were when it failed', () => {
    const facts = inventory()
    facts.add(M, factId(7), BEFORE_WE_LOOKED, NOW)
    facts.add(M, factId(8), NOW - 100, NOW - 100)
    facts.remove(M, factId(8), NOW - 10, NOW - 10)
    facts.add(M, factId(9), NOW - 10, NOW - 10)
    const view = new FactView()
    facts.read(M, NOW - 50, 1, view)
    expect(view.present.toSorted((a, b) => a - b)).toEqual([7, 8])
    facts.read(M, NOW, 1, view)
    expect(view.present.toSorted((a, b) => a - b)).toEqual([7, 9])
    expect(view.former).toEqual([8])
    expect(view.formerAges).toEqual([10])
  })

  it('forgets after a day that a fact was there', () => {
    const facts = inventory()
    facts.add(M, factId(8), NOW - 100, NOW)
    facts.remove(M, factId(8), NOW, NOW)
    expect(facts.leftAt(M, factId(8), NOW + 86_399)).toBe(NOW)
    expect(facts.leftAt(M, factId(8), NOW + 86_401)).toBeNull()
  })

  it('keeps machines apart while their blocks grow and move', () => {
    const facts = inventory()
    for (let f = 0; f < 150; f++)
      for (const m of [0, 1]) facts.add(machineId(m), factId(f * 2 + m), f % 3 === 0 ? NOW - f : BEFORE_WE_LOOKED, NOW)
    const seen: number[] = []
    facts.forEach(machineId(1), (fact) => seen.push(fact))
    expect(seen).toHaveLength(150)
    expect(seen.every((f) => f % 2 === 1)).toBe(true)
    expect(facts.arrival(M, factId(0))).toBe(NOW)
    expect(facts.arrival(M, factId(2))).toBe(BEFORE_WE_LOOKED)
    expect(facts.arrival(M, factId(1))).toBeNull()
  })
})
