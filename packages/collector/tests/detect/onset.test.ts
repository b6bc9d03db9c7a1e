import { beforeEach, expect, test } from 'vitest'
import { onsetExposure } from '../../src/detect/suspects/onset.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { machineId } from './ids.ts'
import { DAY, NOW, Parts, range } from './parts.ts'

/** So long that nothing decays in an hour. */
const FOREVER = 1e9
const TEN_MINUTES = { from: 0, to: 600 }
const nobody = new Map()

let parts: Parts
let fact: FactId

beforeEach(() => {
  parts = new Parts()
  parts.enrol(20)
  fact = parts.give('os:windows@19045.4900', range(0, 20), NOW - 3600)
})

const exposure = (onset = TEN_MINUTES, now = NOW) => onsetExposure(parts.fleet, fact, onset, nobody, FOREVER, now)

test('each holder was ten minutes old in it for ten minutes', () => {
  expect(exposure()).toBeCloseTo(20 * 600, 0)
})

test('also those from which it was taken since, for as long as they had it', () => {
  for (const m of range(0, 10)) parts.fleet.lose(machineId(m), fact, NOW - 1800, NOW)
  expect(exposure()).toBeCloseTo(20 * 600, 0)
  expect(exposure({ from: 0, to: 3600 })).toBeCloseTo(10 * 3600 + 10 * 1800, 0)
})

test('of a version that most lost more than a day ago nobody knows', () => {
  for (const m of range(0, 10)) parts.fleet.lose(machineId(m), fact, NOW - 1800, NOW)
  expect(exposure(TEN_MINUTES, NOW + DAY)).toBeNull()
})

test('nor where hardly anybody has it, by whom the others are counted', () => {
  for (const m of range(0, 17)) parts.fleet.lose(machineId(m), fact, NOW - 1800, NOW)
  expect(exposure()).toBeNull()
})
