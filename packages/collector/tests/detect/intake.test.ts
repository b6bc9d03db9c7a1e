import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Detector, type Observation } from '../../src/detect/index.ts'
import { factId } from './ids.ts'
import { allCounts, fleet, newDetector, registry, run, START } from './world.ts'

const SECOND = 1000
const MINUTE = 60_000
const DAY = 86_400_000
const END = START + 4 * 3600_000
const ANY = 2
const AGES = 4
const MEMORIES = 4
const LOSS = 3
const BOOT = 6
const OLD_FACT = factId(3)

/** Weighted failures of a class with a fact that everybody has, under the longest memory. */
function failures(observations: readonly Observation[], cls: number): number {
  const { detector } = run([...fleet(), ...observations], END)
  return detector.counts(OLD_FACT).observed[(cls * AGES + ANY) * MEMORIES + 3] ?? 0
}

describe('a crash that is told twice, at first sight and when its dump has been read', () => {
  /** One crash of a machine: when, how late each telling is, and how far the dump's own time is off. */
  const crash = fc.record({
    // one in a practice, for a practice's next vote depends on when its last one was cast
    machine: fc.nat(5).map((practice) => practice * 6),
    occurredAt: fc.integer({ min: START + MINUTE, max: START + 2 * 3600_000 }),
    seenAfter: fc.integer({ min: SECOND, max: 5 * MINUTE }),
    readAfter: fc.integer({ min: SECOND, max: 10 * MINUTE }),
    off: fc.integer({ min: -50 * SECOND, max: 50 * SECOND }),
    uptimeSeconds: fc.option(fc.nat(2000), { nil: null }),
    culprit: fc.constantFrom('csagent.sys', 'ntoskrnl.exe'),
  })
  const crashes = fc.uniqueArray(crash, { maxLength: 20, selector: (c) => c.machine })
  type Crash = typeof crash extends fc.Arbitrary<infer T> ? T : never

  const told = (c: Crash, id: string, at: number, full: boolean): Observation => ({
    type: 'crash',
    at,
    machine: c.machine,
    id: `${c.machine} ${id}`,
    occurredAt: full ? c.occurredAt + c.off : c.occurredAt,
    kind: 'bugcheck',
    stopCode: full ? 0x50 : null,
    culprit: full ? c.culprit : null,
    uptimeSeconds: full ? c.uptimeSeconds : null,
  })
  const seen = (c: Crash) => told(c, 'seen', c.occurredAt + 2 * MINUTE + c.seenAfter, false)
  const readAt = (c: Crash) => c.occurredAt + 2 * MINUTE + c.seenAfter + c.readAfter
  const read = (c: Crash) => told(c, 'read', readAt(c), true)
  const again = (c: Crash) => told(c, 'again', readAt(c) + MINUTE, true)
  /** All counts, of a detector that raises nothing: what an incident explains is not counted. */
  const countsOf = (list: Observation[]) => {
    const quiet = new Detector({ facts: registry(), settings: { warmUpSeconds: 1e9 } })
    return allCounts(run([...fleet(), ...list.toSorted((a, b) => a.at - b.at)], END, quiet).detector)
  }

  it('counts once, as the dump has it', () => {
    fc.assert(
      fc.property(crashes, (list) => {
        const once = countsOf(list.map(read))
        const twice = countsOf(list.flatMap((c) => [seen(c), read(c)]))
        twice.forEach((count, i) => expect(count).toBeCloseTo(once[i] ?? Number.NaN, 9))
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  it('is no news when it is told once more under another id, or without a culprit after all', () => {
    fc.assert(
      fc.property(crashes, fc.boolean(), (list, full) => {
        const more = countsOf(list.flatMap((c) => [read(c), full ? again(c) : { ...seen(c), at: again(c).at }]))
        expect(more).toEqual(countsOf(list.map(read)))
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })
})

describe('a machine that is met for the first time', () => {
  const met = (bootedAt: number): Observation[] => [
    { type: 'online', at: START + MINUTE, machine: 7, boot: 2, previousEnd: 'clean', bootedAt },
    { type: 'silent', at: START + 3 * MINUTE, machine: 7, lastHeard: START + 2 * MINUTE, othersAlive: true },
  ]

  it('has not just started when its boot is a day old: its silence is a loss', () => {
    expect(failures(met(START - DAY), LOSS)).toBeGreaterThan(0.5)
    expect(failures(met(START - DAY), BOOT)).toBe(0)
  })

  it('that has just started and falls silent has failed at its boot', () => {
    expect(failures(met(START + MINUTE - 20 * SECOND), BOOT)).toBeGreaterThan(0.5)
    expect(failures(met(START + MINUTE - 20 * SECOND), LOSS)).toBe(0)
  })
})

describe('a machine that fell silent at its start and is back by a bugcheck', () => {
  const back: Observation[] = [
    { type: 'online', at: START + MINUTE, machine: 7, boot: 2, previousEnd: 'clean', bootedAt: START + MINUTE },
    { type: 'silent', at: START + 3 * MINUTE, machine: 7, lastHeard: START + 2 * MINUTE, othersAlive: true },
    { type: 'online', at: START + 5 * MINUTE, machine: 7, boot: 3, previousEnd: 'bugcheck' },
  ]
  const report: Observation = {
    type: 'crash',
    at: START + 6 * MINUTE,
    machine: 7,
    id: 'c',
    occurredAt: START + 2 * MINUTE,
    kind: 'bugcheck',
    stopCode: 0x50,
    culprit: 'ntoskrnl.exe',
    uptimeSeconds: 60,
  }

  it('counts by its report and not by its silence, also where the collector started anew in between', () => {
    const boots = (isRestarted: boolean) => {
      const facts = registry()
      const settings = { warmUpSeconds: 1e9 }
      const first = run([...fleet(), ...back], START + 330_000, new Detector({ facts, settings })).detector
      const detector = isRestarted ? Detector.restore(structuredClone(first.snapshot()), { facts, settings }) : first
      return run([report], END, detector).detector.counts(OLD_FACT).observed[(BOOT * AGES + ANY) * MEMORIES + 3]
    }
    expect(boots(true)).toBe(boots(false))
    expect(boots(false)).toBeLessThan(1.5)
  })
})

describe('machines switched off', () => {
  it('without their goodbye are expected where others say theirs', () => {
    const goodbyes = (count: number): Observation[] =>
      Array.from({ length: count }, (_, machine) => ({
        type: 'goodbye',
        at: START + MINUTE + machine * SECOND,
        machine,
        reason: 'shutdown',
      }))
    const expected = (count: number) => {
      const detector = newDetector()
      for (const o of [...fleet(), ...goodbyes(count)]) detector.observe(o)
      detector.tick(START + 2 * MINUTE)
      return detector.counts(OLD_FACT).expected[(LOSS * AGES + ANY) * MEMORIES + 1] ?? 0
    }
    expect(expected(30) - expected(0)).toBeGreaterThan(1)
  })
})
