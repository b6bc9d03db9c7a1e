import { describe, expect, test } from 'vitest'
import { AdmissionControl, type Waiting } from '../../src/gateway/admission.ts'
import {
  HELLO_EXPECTED_MS,
  MAX_ASKING,
  MAX_PENDING,
  MAX_PENDING_NEW,
  MAX_PENDING_NEW_OF_ADDRESS,
  PLACES_FOR_CRASHES,
} from '../../src/gateway/limits.ts'

const NOW = Date.UTC(2024, 6, 19)
const control = () => new AdmissionControl({ maxConnections: 100_000, random: () => 0.5 })
const waiting = (uid: string, given: Partial<Waiting> = {}): Waiting => ({
  uid,
  isKnown: true,
  address: '192.0.2.1',
  tellsCrash: false,
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

  test('the others are told when to come, one after the other at the pace of those who get in', () => {
    const door = control()
    for (let i = 0; i < MAX_PENDING; i++) door.wait(waiting(`m${i}`))
    const told = Array.from({ length: 10_000 }, (_, i) => {
      const admission = door.wait(waiting(`late${i}`))
      return admission.admitted ? 0 : admission.retryAfterSeconds
    })
    expect(told[0]).toBe(5)
    // 200 a second, half of the spread of 5 s earlier
    expect(told[9_999]).toBe(53)
    const perSecond = Map.groupBy(told, (seconds) => seconds)
    expect(Math.max(...[...perSecond.values()].map((all) => all.length))).toBeLessThanOrEqual(700)
  })

  test('a fleet that is larger than the longest wait is spread over half of it', () => {
    let n = 0
    const door = new AdmissionControl({ maxConnections: 0, random: () => (n = (n * 7919 + 13) % 1000) / 1000 })
    const told = Array.from({ length: 50_000 }, () => {
      const admission = door.ask(0, NOW, false)
      return admission.admitted ? 0 : admission.retryAfterSeconds
    })
    const late = told.slice(-1_000)
    expect(Math.min(...late)).toBeLessThan(63)
    expect(Math.max(...late)).toBe(120)
  })

  test('the pace is learned from those who get in', () => {
    const door = control()
    let waitingNow = Array.from({ length: MAX_PENDING }, (_, i) => waiting(`m${i}`))
    for (const one of waitingNow) door.wait(one)
    let told = 0
    for (let second = 0; second < 10; second++) {
      const since = NOW + second * 1_000
      for (const one of waitingNow.splice(0, 100)) door.done(one)
      const next = Array.from({ length: 100 }, (_, i) => waiting(`s${second}-${i}`, { since }))
      for (const one of next) expect(door.wait(one).admitted).toBe(true)
      waitingNow = [...waitingNow, ...next]
      const admission = door.wait(waiting(`late${second}`, { since }))
      told = admission.admitted ? 0 : admission.retryAfterSeconds
    }
    for (let i = 0; i < 1_000; i++) {
      const admission = door.wait(waiting(`end${i}`, { since: NOW + 9_000 }))
      told = admission.admitted ? 0 : admission.retryAfterSeconds
    }
    // 1,000 at 100 a second; 200 were expected
    expect(told).toBeGreaterThan(11)
    expect(told).toBeLessThan(15)
  })

  test('machines with a crash to tell have places of their own, and wait in no line', () => {
    const door = control()
    for (let i = 0; i < MAX_PENDING; i++) door.wait(waiting(`m${i}`))
    for (let i = 0; i < 5_000; i++) door.wait(waiting(`late${i}`))
    for (let i = 0; i < PLACES_FOR_CRASHES; i++)
      expect(door.wait(waiting(`crashed${i}`, { tellsCrash: true })).admitted).toBe(true)
    expect(door.wait(waiting('one more', { tellsCrash: true }))).toEqual({ admitted: false, retryAfterSeconds: 8 })
  })

  test('a full house turns away, and so do too many who ask at once', () => {
    const full = new AdmissionControl({ maxConnections: 10, random: () => 0 })
    expect(full.ask(10, NOW, false)).toEqual({ admitted: false, retryAfterSeconds: 5 })
    const door = control()
    for (let i = 0; i < MAX_ASKING - PLACES_FOR_CRASHES; i++) expect(door.ask(0, NOW, false).admitted).toBe(true)
    expect(door.ask(0, NOW, false).admitted).toBe(false)
    door.asked()
    expect(door.ask(0, NOW, false).admitted).toBe(true)
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
