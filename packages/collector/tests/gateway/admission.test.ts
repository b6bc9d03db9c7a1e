import { describe, expect, test } from 'vitest'
import { AdmissionControl } from '../../src/gateway/admission.ts'
import { MAX_PENDING } from '../../src/gateway/limits.ts'

const NOW = Date.UTC(2024, 6, 19)

describe('a fleet that comes back all at once', () => {
  test('so many are let in at a time; each that is done lets one in', () => {
    const control = new AdmissionControl({ maxConnections: 100_000, random: () => 0.5 })
    for (let i = 0; i < MAX_PENDING; i++) expect(control.admit(i, NOW).admitted).toBe(true)
    expect(control.admit(MAX_PENDING, NOW).admitted).toBe(false)
    control.done()
    expect(control.admit(MAX_PENDING, NOW).admitted).toBe(true)
  })

  test('the others are spread over a time that grows with their number', () => {
    let n = 0
    const control = new AdmissionControl({ maxConnections: 0, random: () => (n = (n * 7919 + 13) % 1000) / 1000 })
    const after = (turnedAway: number): number[] =>
      Array.from({ length: turnedAway }, () => {
        const admission = control.admit(0, NOW)
        return admission.admitted ? 0 : admission.retryAfterSeconds
      })
    expect(Math.max(...after(50))).toBeLessThanOrEqual(11)
    const late = after(50_000).slice(-1_000)
    expect(Math.max(...late)).toBeGreaterThan(100)
    expect(Math.max(...late)).toBeLessThanOrEqual(125)
    expect(Math.min(...late)).toBeLessThan(10)
  })

  test('a full house turns away, however few are pending', () => {
    const control = new AdmissionControl({ maxConnections: 10, random: () => 0 })
    expect(control.admit(10, NOW)).toEqual({ admitted: false, retryAfterSeconds: 5 })
  })
})
