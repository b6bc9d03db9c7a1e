import { describe, expect, test } from 'vitest'
import type { Among } from '../../src/detect/counts/neighbours.ts'
import type { Comparison } from '../../src/detect/counts/scales.ts'
import { MEMORIES, MEMORY_IDS, type MemoryId } from '../../src/detect/numbers/memory.ts'
import { riseOf } from '../../src/detect/suspects/rise.ts'
import { type AtItsTime, strengthOf, strongest, type Weighing } from '../../src/detect/suspects/strength.ts'
import { logThreshold } from '../../src/detect/suspects/threshold.ts'
import { ANY, FRESH, LEFT, WINDOWS, WITHIN_DAY, type WindowId } from '../../src/detect/words/ages.ts'
import {
  ABSENT,
  APP,
  BOOT,
  CLASS_IDS,
  CLASSES,
  CRASH,
  DRIVER_RULE,
  LOSS,
  SERVICE,
  SITE,
} from '../../src/detect/words/classes.ts'
import { markOf, type Subject } from '../../src/detect/words/subject.ts'
import { factId } from './ids.ts'

const FACT = factId(1)
const ASKED = { fact: FACT, age: 5 * 3600, windows: new Set<WindowId>(WINDOWS) }
const ALL = { alpha: 1, isNew: true, facts: { fresh: 20, all: 50 } }

/** A comparison of which everything that is not said is nothing. */
const comparison = (some: Partial<Comparison>): Comparison => ({
  observed: 0,
  expected: 0,
  controlsObserved: 0,
  controlsExpected: 0,
  siblingsObserved: 0,
  siblingsExpected: 0,
  ...some,
})

/** Scales on which only these windows and memories have anything. */
function scales(
  at: (window: WindowId, j: MemoryId) => Partial<Comparison> | null,
  { everywhere = false, among = null, own = false }: { everywhere?: boolean; among?: Among | null; own?: boolean } = {},
): Weighing & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    observed: (_fact, _subject, window, j) => at(window, j)?.observed ?? 0,
    compare: (_fact, _subject, window, j) => {
      asked.push(`${window}/${j}`)
      return comparison(at(window, j) ?? {})
    },
    isEverywhere: () => everywhere,
    isOwn: () => own,
    absentWithin: () => null,
    among: () => among,
    windowRisk: () => 1,
    othersForEach: () => Number.POSITIVE_INFINITY,
  }
}

const only =
  (window: WindowId, j: MemoryId, some: Partial<Comparison>) =>
  (w: WindowId, i: MemoryId): Partial<Comparison> | null =>
    w === window && i === j ? some : null

const never = (): AtItsTime => ({ controls: null, roseBefore: 1 })

const test1 = (
  some: Partial<Comparison>,
  {
    subject = CRASH as Subject,
    window = ANY as WindowId,
    j = 1 as MemoryId,
    atItsTime = never as (j: MemoryId) => AtItsTime,
    isNew = true,
  } = {},
) => strongest(scales(only(window, j, some)), ASKED, subject, { ...ALL, isNew }, atItsTime)

/** ln P(X ≥ k) for a negative binomial count of r failures and success chance q, summed from the top down. */
function logNegativeBinomialTail(k: number, r: number, q: number): number {
  let term = (1 - q) ** r
  for (let x = 1; x <= k; x++) term *= (q * (x + r - 1)) / x
  let sum = 0
  for (let x = k; x < k + 2000; x++) {
    sum += term
    term *= (q * (x + r)) / (x + 1)
  }
  return Math.log(sum)
}

describe('p is the negative binomial tail', () => {
  test.each([
    [3, 0.1],
    [5, 0.5],
    [12, 0.01],
  ])('of %d failures where %f were expected, of a rate known by two in two', (k, l) => {
    // without controls r = 2 and B = 2, for which the sum is q^K (1 + K (1 − q))
    const q = l / (l + 2)
    expect(test1({ observed: k, expected: l })?.logP).toBeCloseTo(k * Math.log(q) + Math.log(1 + k * (1 - q)), 6)
  })

  test('of a rate known better by the controls: r = 2 + max(Kc, Lc), B = 2 + Lc', () => {
    const found = test1({ observed: 6, expected: 1, controlsObserved: 4, controlsExpected: 8 })
    expect(found?.logP).toBeCloseTo(logNegativeBinomialTail(6, 10, 1 / (1 + 10)), 6)
  })

  test('of services with half a failure for a baseline: a fleet’s own rate may be several times the shipped one', () => {
    const found = test1({ observed: 5, expected: 0.06 }, { subject: SERVICE })
    expect(found?.logP).toBeCloseTo(logNegativeBinomialTail(5, 0.5, 0.06 / 0.56), 6)
  })

  test('where a bad hour for all raises the expectation', () => {
    const found = test1({ observed: 8, expected: 1, controlsObserved: 10, controlsExpected: 8 })
    // q = L / (L + B): the rate is that of r in B, so more in the same B
    expect(found?.logP).toBeCloseTo(logNegativeBinomialTail(8, 12, 1 / (1 + 10)), 6)
  })

  test('where no baseline is trusted to better than the class’s cap: r = cap, B scaled with it', () => {
    const found = test1({ observed: 8, expected: 1, controlsObserved: 98, controlsExpected: 98 })
    expect(found?.logP).toBeCloseTo(logNegativeBinomialTail(8, 25, 1 / (1 + 100 * (25 / 100))), 6)
  })
})

describe('nothing is tested', () => {
  test('under one and a half weighted failures', () => {
    expect(test1({ observed: 1.49, expected: 1e-6 })).toBeNull()
    expect(test1({ observed: 1.5, expected: 1e-6 })).not.toBeNull()
  })

  test('under one and a half times what was expected', () => {
    expect(test1({ observed: 14.9, expected: 10 })).toBeNull()
    expect(test1({ observed: 15, expected: 10 })).not.toBeNull()
  })

  test('of programs that crash where hardly anybody is without the suspect by now, however many were an hour ago', () => {
    const wave = only(ANY, 1, { observed: 40, expected: 2, controlsObserved: 4, controlsExpected: 4 })
    const asked = (othersForEach: number) =>
      strongest({ ...scales(wave), othersForEach: () => othersForEach }, ASKED, markOf(APP, 'emisweb.exe'), ALL, never)
    expect(asked(2)).not.toBeNull()
    expect(asked(0.02)).toBeNull()
  })

  test('where the controls fail like the suspect’s machines, whatever the baseline says', () => {
    // each tenth of the fleet has it, and each tenth failure is theirs
    expect(test1({ observed: 4, expected: 0.01, controlsObserved: 36, controlsExpected: 0.09 })).toBeNull()
  })

  test.each([
    ['no machine', 0],
    ['hardly a machine', 0.0005],
  ])('of programs where %s is without the suspect: their server may be down', (_few, controlsExpected) => {
    const crashes = { observed: 4, expected: 0.013, controlsExpected }
    const asked = (subject: Subject, own = false) =>
      strongest(scales(only(FRESH, 1, crashes), { own }), ASKED, subject, ALL, never)
    expect(asked(APP)).toBeNull()
    expect(asked(APP, true)).not.toBeNull()
    expect(asked(CRASH)).not.toBeNull()
  })

  test('of an old version that half the fleet has, until half cannot be by luck: 0.5⁹ > 0.001 > 0.5¹⁰', () => {
    const half = (observed: number) => ({ observed, expected: 0.05, controlsExpected: 0.05 })
    expect(test1(half(9), { isNew: false })).toBeNull()
    expect(test1(half(10), { isNew: false })).not.toBeNull()
    // of a new one the calm before it came speaks too
    expect(test1(half(9))).not.toBeNull()
  })

  test('under a memory that the class does not use', () => {
    for (const cls of CLASS_IDS)
      for (const j of MEMORY_IDS) {
        const window = cls === SITE ? FRESH : ANY
        const found = test1({ observed: 9, expected: 0.1, controlsExpected: 1 }, { subject: cls, window, j })
        expect([cls, j, found !== null]).toEqual([cls, j, CLASSES[cls].memories[j]])
      }
  })

  test.each([
    ['a dark practice, but just after the arrival', SITE, WITHIN_DAY],
    ['a machine that is absent, by what it lost: one that is back has forgotten that', ABSENT, LEFT],
  ] as const)('of %s', (_, subject, window) => {
    expect(test1({ observed: 9, expected: 0.1 }, { subject, window })).toBeNull()
  })

  test('of what left, over a week: exposure to it is known roughly, which adds up', () => {
    expect(test1({ observed: 9, expected: 0.1 }, { window: LEFT, j: 2 })).not.toBeNull()
    expect(test1({ observed: 9, expected: 0.1 }, { window: LEFT, j: 3 })).toBeNull()
  })

  test.each([
    [LOSS, ANY, 1, false],
    [LOSS, FRESH, 1, true],
    [BOOT, ANY, 1, false],
    [BOOT, WITHIN_DAY, 1, true],
    [APP, ANY, 1, false],
    [markOf(APP, 'emis.exe'), ANY, 1, false],
    [CRASH, ANY, 1, true],
    [markOf(BOOT, 'csagent.sys'), ANY, 1, true],
  ] as const)(
    'where everybody has it, of what changes with the hour: %j in window %i',
    (subject, window, j, isTested) => {
      const found = strongest(
        scales(only(window, j, { observed: 9, expected: 0.1 }), { everywhere: true }),
        ASKED,
        subject,
        ALL,
        never,
      )
      expect(found !== null).toBe(isTested)
    },
  )
})

describe('a program’s crashes', () => {
  const all = { observed: 9, expected: 0.1, controlsExpected: 1 }
  const asked = (isNew: boolean, window: WindowId) =>
    strongest(scales(only(window, 1, all)), ASKED, APP, { ...ALL, isNew }, never) !== null

  test('are not laid at the door of a version that was always there: its server is down', () => {
    expect([asked(false, ANY), asked(false, LEFT)]).toEqual([false, false])
  })
  test('are laid at nobody’s door while those of others crash in a wave', () => {
    const beside = (controlsObserved: number) =>
      strongest(
        scales(only(WITHIN_DAY, 1, { ...all, observed: 40, controlsObserved, controlsExpected: 1 })),
        ASKED,
        APP,
        ALL,
        never,
      )
    expect([beside(2) !== null, beside(6) !== null]).toEqual([true, false])
  })
  test('are at that of one that came lately', () => {
    expect([asked(true, ANY), asked(false, WITHIN_DAY), asked(false, FRESH)]).toEqual([true, true, true])
  })
  test('are at that of their own version soon after it came, where fewer say so', () => {
    // of eight that have crashed, eight among the third that has it: a chance of 1.5e-4 were all alike
    const few = { observed: 8, expected: 0.03, controlsExpected: 0.06 }
    const isRaised = (own: boolean, window: WindowId, age: number) =>
      strongest(scales(only(window, 1, few), { own }), { ...ASKED, age }, APP, ALL, never) !== null
    const soon = 3600
    expect([isRaised(true, FRESH, 9 * soon), isRaised(true, ANY, soon)]).toEqual([true, true])
    expect([isRaised(false, FRESH, soon), isRaised(true, ANY, 9 * soon), isRaised(true, WITHIN_DAY, soon)]).toEqual([
      false,
      false,
      false,
    ])
  })
  test.each([FRESH, WITHIN_DAY] as const)(
    'in window %i are counted over an hour: a wave is not held against calm days',
    (window) => {
      const over = (j: MemoryId) => strongest(scales(only(window, j, all)), ASKED, APP, ALL, never) !== null
      expect(MEMORY_IDS.map(over)).toEqual([true, true, false, false])
    },
  )
})

describe('after a patch that everybody restarts for', () => {
  const boots = (some: Partial<Comparison>) =>
    test1({ observed: 10, expected: 0.23, controlsObserved: 1, controlsExpected: 0.02, ...some }, { subject: BOOT })

  test('one boot among the few others that failed as well hides nothing', () => {
    expect(boots({})).not.toBeNull()
  })
  test('but does where the failures are few times the baseline, or the others are many', () => {
    expect(boots({ expected: 1.1, controlsExpected: 0.1 })).toBeNull()
    expect(boots({ controlsObserved: 3, controlsExpected: 0.06 })).toBeNull()
  })
})

describe('other versions of the component', () => {
  const controls = { controlsObserved: 12, controlsExpected: 10 }

  test('that fail more than other controls raise the expectation', () => {
    const alone = test1({ observed: 30, expected: 1, ...controls })
    const shared = test1({ observed: 30, expected: 1, ...controls, siblingsObserved: 10, siblingsExpected: 1 })
    // posterior means with two pseudo-failures: theirs over that of all controls
    const more = (2 + 10) / (2 + 1) / ((2 + 12) / (2 + 10))
    expect(alone?.expected).toBe(1)
    expect(shared?.expected).toBeCloseTo(more, 9)
    expect(shared?.logP).toBeGreaterThan(alone?.logP ?? 0)
  })

  test('that may do so by luck do not', () => {
    const found = test1({ observed: 30, expected: 1, ...controls, siblingsObserved: 2, siblingsExpected: 1 })
    expect(found?.expected).toBe(1)
  })

  test('are no comparison for one that left: they are its successors', () => {
    const some = { observed: 30, expected: 1, ...controls, siblingsObserved: 10, siblingsExpected: 1 }
    expect(test1(some, { window: LEFT })?.expected).toBe(1)
  })
})

describe('a young fact is compared at its own time', () => {
  const some = { observed: 12, expected: 0.5, controlsObserved: 3, controlsExpected: 10 }
  const calm = { controls: { controlsObserved: 0, controlsExpected: 0 }, roseBefore: 1 }

  test('and is not asked about where it does not pass without', () => {
    const asked: MemoryId[] = []
    test1({ observed: 2, expected: 0.5 }, { atItsTime: (j) => (asked.push(j), calm) })
    expect(asked).toEqual([])
    test1(some, { atItsTime: (j) => (asked.push(j), calm) })
    expect(asked).toEqual([1])
  })

  test('with the controls since it came: a bad hour for all', () => {
    const found = test1(some, {
      atItsTime: () => ({ ...calm, controls: { controlsObserved: 40, controlsExpected: 1 } }),
    })
    const own = logNegativeBinomialTail(12, 25, 0.5 / (0.5 + 3 * (25 / 42)))
    expect(found?.logP).toBeCloseTo(own, 6)
  })

  test('with its own machines before: a rise that had begun raises the expectation', () => {
    const found = test1(some, {
      atItsTime: () => ({ controls: { controlsExpected: 10, controlsObserved: 3 }, roseBefore: 4 }),
    })
    expect(found?.logP).toBeCloseTo(logNegativeBinomialTail(12, 12, 2 / (2 + 12)), 6)
  })

  test('and never looks better by it', () => {
    const before = test1(some)
    const after = test1(some, {
      atItsTime: () => ({ ...calm, controls: { controlsObserved: 0, controlsExpected: 1000 } }),
    })
    expect(after?.logP).toBeGreaterThanOrEqual(before?.logP ?? 0)
  })

  test.each([
    [0, 0, 1],
    [4, 1, 2],
    [0, 5, 1],
  ])('%d seen where %d were expected is a rise of %d', (observed, expected, rise) => {
    expect(riseOf(observed, expected)).toBe(rise)
  })
})

describe('the threshold', () => {
  const YEAR = 31_557_600
  const tests =
    [...CLASS_IDS.map((cls) => CLASSES[cls]), DRIVER_RULE].flatMap((r) => r.memories.filter(Boolean)).length * 4

  test.each(MEMORY_IDS)('spends the budget over facts, tests, and the looks of a year, memory %i', (j) => {
    const facts = { fresh: 100, all: 1000 }
    expect(logThreshold(2, true, facts, j)).toBeCloseTo(Math.log((2 * 0.6) / 100 / tests / (YEAR / MEMORIES[j])), 9)
    expect(logThreshold(2, false, facts, j)).toBeCloseTo(
      Math.log((2 * 0.25 * 0.4) / 1000 / tests / (YEAR / MEMORIES[j])),
      9,
    )
  })

  test('is never made lavish by a quiet week', () => {
    expect(logThreshold(1, true, { fresh: 1, all: 1 }, 0)).toBe(logThreshold(1, true, { fresh: 20, all: 1 }, 0))
    expect(logThreshold(1, false, { fresh: 1, all: 1 }, 0)).toBe(logThreshold(1, false, { fresh: 1, all: 50 }, 0))
  })

  test('is a tenth for what has left', () => {
    const present = test1({ observed: 9, expected: 0.1 }, { window: WITHIN_DAY })
    const gone = test1({ observed: 9, expected: 0.1 }, { window: LEFT })
    expect((present?.logThreshold ?? 0) - (gone?.logThreshold ?? 0)).toBeCloseTo(Math.log(10), 9)
  })
})

test('the strongest is the one that passes its threshold by most', () => {
  const found = strongest(
    scales((window, j) => ({ observed: window === WITHIN_DAY && j === 2 ? 12 : 9, expected: 0.1 })),
    ASKED,
    CRASH,
    ALL,
    never,
  )
  expect(found).toMatchObject({ fact: FACT, subject: CRASH, window: WITHIN_DAY, j: 2, observed: 12 })
})

test('a finding tells the test in words and tens', () => {
  const found = test1({ observed: 9, expected: 0.1 }, { subject: markOf(CRASH, 'CSAgent.sys'), window: FRESH, j: 0 })
  expect(found && strengthOf(found)).toMatchObject({
    failureClass: 'driver',
    ageWindow: '15min',
    memorySeconds: 300,
    observed: 9,
    expected: 0.1,
    log10P: (found?.logP ?? 0) / Math.LN10,
  })
})

test('a window in which nobody has just failed is not looked at: the quiet that passes is no news', () => {
  const asked = { ...ASKED, windows: new Set<WindowId>([ANY, LEFT]) }
  const over = scales((window) => ({ observed: window === FRESH ? 20 : 9, expected: 0.1 }))
  expect(strongest(over, asked, CRASH, ALL, never)?.window).toBe(ANY)
})
