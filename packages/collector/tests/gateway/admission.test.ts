import { describe, expect, test } from 'vitest'
import { AdmissionControl, type Waiting } from '../../src/gateway/admission.ts'
import {
  HELLO_EXPECTED_MS,
  MAX_ASKING,
  MAX_PENDING,
  MAX_PENDING_NEW,
  MAX_PENDING_NEW_OF_ADDRESS,
} from '../../src/gateway/limits.ts'

const NOW = Date.UTC(2024, 6, 19)
const control = () => new AdmissionControl({ maxConnections: 100_000, random: () => 0.5 })
const waiting = (uid: string, given: Partial<Waiting> = {}): Waiting => ({
  uid,
  isKnown: true,
  address: '192.0.2.1',
  since: NOW,
  end: () => undefined,
  ...given,
})

describe('a fleet that comes back all at once', () => {
  test('so many are let in at a time; each that is done lets one in', () => {
    const door = control()
    const all = Array.from({ length: MAX_PENDING }, (_, i) => waiting(`m${i}`))
    for (const one of all) expect(door.wait(one).admitted).toBe(true)
    expect(door.wait(waiting('late')).admitted).toBe(false)
    door.done(all[7] as Waiting)
    expect(door.wait(waiting('late')).admitted).toBe(true)
    expect(door.pending).toBe(MAX_PENDING)
  })

  test('the others are spread over a time that grows with their number', () => {
    let n = 0
    const door = new AdmissionControl({ maxConnections: 0, random: () => (n = (n * 7919 + 13) % 1000) / 1000 })
    const after = (turnedAway: number): number[] =>
      Array.from({ length: turnedAway }, () => {
        const admission = door.ask(0, NOW)
        return admission.admitted ? 0 : admission.retryAfterSeconds
      })
    expect(Math.max(...after(50))).toBeLessThanOrEqual(11)
    const late = after(50_000).slice(-1_000)
    expect(Math.max(...late)).toBeGreaterThan(100)
    expect(Math.max(...late)).toBeLessThanOrEqual(125)
    expect(Math.min(...late)).toBeLessThan(10)
  })

  test('a full house turns away, and so do too many who ask at once', () => {
    const full = new AdmissionControl({ maxConnections: 10, random: () => 0 })
    expect(full.ask(10, NOW)).toEqual({ admitted: false, retryAfterSeconds: 5 })
    const door = control()
    for (let i = 0; i < MAX_ASKING; i++) expect(door.ask(0, NOW).admitted).toBe(true)
    expect(door.ask(0, NOW).admitted).toBe(false)
    door.asked()
    expect(door.ask(0, NOW).admitted).toBe(true)
  })
})

describe('places that are kept without a hello', () => {
  test('a machine has one, however often it knocks', () => {
    const door = control()
    const ended: string[] = []
    for (let i = 0; i < 1_000; i++) door.wait(waiting('hostile', { end: (why) => void ended.push(why) }))
    expect(door.pending).toBe(1)
    expect(ended).toEqual(Array(999).fill('replaced'))
  })

  test('new machines cannot fill the room, nor one address the places of new machines', () => {
    const door = control()
    const some = Array.from({ length: MAX_PENDING }, (_, i) => waiting(`new${i}`, { isKnown: false }))
    expect(some.filter((w) => door.wait(w).admitted)).toHaveLength(MAX_PENDING_NEW_OF_ADDRESS)
    const more = some.map((w) => ({ ...w, uid: `more ${w.uid}`, address: w.uid }))
    for (const w of more) door.wait(w)
    expect(door.pending).toBe(MAX_PENDING_NEW)
    expect(door.wait(waiting('known')).admitted).toBe(true)
  })

  test('known machines of one address all have room', () => {
    const door = control()
    const all = Array.from({ length: MAX_PENDING }, (_, i) => waiting(`m${i}`))
    expect(all.every((w) => door.wait(w).admitted)).toBe(true)
  })

  test('when all are taken, who waits for long without a word makes room', () => {
    const door = control()
    const ended: string[] = []
    for (let i = 0; i < MAX_PENDING; i++)
      door.wait(waiting(`idle${i}`, { isKnown: i !== 20, since: NOW + i, end: () => void ended.push(`idle${i}`) }))
    const late = NOW + MAX_PENDING + HELLO_EXPECTED_MS
    expect(door.wait(waiting('honest', { since: late })).admitted).toBe(true)
    expect(door.wait(waiting('another', { since: late })).admitted).toBe(true)
    expect(ended).toEqual(['idle20', 'idle0'])
  })
})
