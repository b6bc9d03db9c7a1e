import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWarning } from '../../src/commons/member/warnings.ts'
import { Pool } from '../../src/commons/server/answer.ts'
import { merged } from '../../src/commons/server/merged.ts'
import { voicesOf } from '../../src/commons/server/voices.ts'
import { SILENT_MS } from '../../src/commons/words/limits.ts'
import type { Cell, Counts, Report } from '../../src/commons/words/report.ts'
import { anyReport, both, counts, crashes, keyNamed, NOON, organisation, row } from './reports.ts'

const BAD = 'content:falcon/291@bad'
const ask = (reports: readonly Report[], now = NOON) =>
  new Pool(merged(...reports.map((one) => new Map([[one.key, one]]))), now).answerTo(keyNamed('asker'))
const of = (reports: readonly Report[], version = 'bad') => ask(reports).seen.find((seen) => seen.version === version)
const well = (n: number) => Array.from({ length: n }, (_, i) => organisation(`well${i}`, 0))

describe('a voice', () => {
  test('is for the version that came minutes before, and not for what was there all along', () => {
    const voices = voicesOf(organisation('a', 20))
    expect([...voices]).toEqual([[BAD, { failureClass: 'crash', stopCode: 0x50 }]])
  })

  test('is not for what fails as often as everything else', () => {
    const usual = organisation('a', 0)
    const noisy = {
      ...usual,
      fleet: both(counts({ older: 10_000 }, crashes(100, 'older'))),
      rows: [row('bad', counts({ older: 1_000 }, crashes(10, 'older')))],
    }
    expect([...voicesOf(noisy)]).toEqual([])
  })

  test('needs failures: five in the hours of a week of a thousand machines are luck', () => {
    const calm = organisation('a', 0)
    const few = { ...calm, rows: [row('bad', counts({ older: 168_000 }, crashes(5, 'older')))] }
    expect([...voicesOf(few)]).toEqual([])
  })

  describe('of a patch that everybody restarts for', () => {
    const failures = (failureClass: Cell['failureClass'], age: Cell['age'], n: number) =>
      counts({ '15min': 17, day: 380 }, { failureClass, age, stopCode: null, failures: n })
    /** What an organisation of 1,800 machines told twelve hours after the patch came: nearly all who are on have it. */
    const patched = (one: Counts): Report => ({
      ...organisation('a', 0),
      fleet: both(counts({ older: 430 })),
      rows: [row('19045.5060', one, { kind: 'os', name: 'windows' })],
    })

    test('is not for the machines that stay away, for some stay away from any restart', () => {
      expect([...voicesOf(patched(failures('no-return', '15min', 15)))]).toEqual([])
    })

    test('is not for silence of its first day beside that of a calm week', () => {
      const one = patched(failures('vanished', 'day', 35))
      const calm = counts({ older: 5_400 }, { failureClass: 'vanished', age: 'older', stopCode: null, failures: 55 })
      expect([...voicesOf({ ...one, fleet: { hour: counts({ older: 430 }), week: calm } })]).toEqual([])
    })

    test('is not for the silence of the evening, when a fleet goes to sleep', () => {
      expect([...voicesOf(patched(failures('vanished', 'day', 25)))]).toEqual([])
    })

    test('is for silence in the minutes after it came', () => {
      expect([...voicesOf(patched(failures('vanished', '15min', 25))).keys()]).toEqual(['os:windows@19045.5060'])
    })
  })

  test('is one at most for a version, whatever was said', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const voices = voicesOf(report)
        expect(voices.size).toBeLessThanOrEqual(report.rows.length)
        // said again and again in one report, it is said once
        const again = { ...report, rows: [...report.rows, ...report.rows, ...report.rows] }
        const others = [organisation('b', 0, 'v1'), organisation('c', 0, 'v1'), organisation('d', 0, 'v1')]
        for (const seen of ask([{ ...again, key: keyNamed('a') }, ...others]).seen)
          expect(seen.failing).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('an answer', () => {
  test('counts organisations, not machines', () => {
    const seen = of([organisation('a', 5), organisation('b', 400, 'bad', 20_000), organisation('c', 10), ...well(4)])
    expect(seen).toMatchObject({ organisations: 7, failing: 3, failureClass: 'crash', stopCode: 0x50 })
  })

  test('says nothing of what fewer than three others have', () => {
    expect(of([organisation('a', 10), organisation('b', 10)])).toBeUndefined()
    expect(of([organisation('a', 10), organisation('b', 10), organisation('asker', 10)])).toBeUndefined()
  })

  test('has no voice of who was not heard for a quarter of an hour', () => {
    const all = [organisation('a', 10), organisation('b', 10), organisation('c', 10)]
    expect(ask(all, NOON + SILENT_MS - 1).seen[0]?.failing).toBe(3)
    expect(ask(all, NOON + SILENT_MS).seen).toEqual([])
  })
})

describe('one liar', () => {
  const honest = [organisation('a', 10), organisation('b', 10), ...well(10)]
  const liar = organisation('liar', 1_000_000_000, 'bad', 1_000_000)

  test('makes one voice: with two honest ones it is not fewer than three, alone it is nothing', () => {
    expect(of([...well(10), liar])?.failing).toBe(1)
    expect(isWarning({ ...seenHere(of([...well(10), liar])), machines: 1, waiting: 0 })).toBe(false)
    expect(of([...honest, liar])?.failing).toBe(3)
  })

  test('cannot silence others by machine-hours without end', () => {
    const soother = {
      ...organisation('liar', 0),
      rows: [row('bad', counts({ '15min': 1e10, day: 1e10, older: 1e10 }))],
      fleet: both(counts({ older: 1e10 })),
    }
    expect(of([...honest, organisation('c', 10), soother])?.failing).toBe(3)
  })

  test('moves no number by more than the largest honest one does', () => {
    const without = of([...honest, organisation('c', 10)])
    const withLiar = of([...honest, organisation('c', 10), liar])
    expect(withLiar?.failures).toBeLessThanOrEqual((without?.failures ?? 0) + 10)
    expect(withLiar?.machineHours).toBeLessThanOrEqual((without?.machineHours ?? 0) * 1.2)
  })

  test('blames as many versions as it likes: of each it is one voice', () => {
    const versions = Array.from({ length: 50 }, (_, i) => `v${i}`)
    const blaming = (name: string) => ({
      ...organisation(name, 0),
      rows: versions.map((version) => row(version, counts({ '15min': 1 }, crashes(1_000)))),
    })
    const having = ['a', 'b', 'c'].map((name) => ({
      ...organisation(name, 0),
      rows: versions.map((version) => row(version, counts({ older: 100 }))),
    }))
    for (const seen of ask([...having, blaming('liar')]).seen) expect(seen.failing).toBeLessThanOrEqual(1)
  })
})

function seenHere(seen: ReturnType<typeof of>) {
  if (!seen) throw new Error('nothing is said of it')
  const { kind, name, version, ...rest } = seen
  const key = `${kind}:${name}@${version}`
  return { ...rest, component: { kind, name, version, key } }
}
