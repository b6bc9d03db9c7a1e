import fc from 'fast-check'
import { AGES, type Both, type Cell, type Counts, type Report, type Row } from '../../src/commons/words/report.ts'
import { FAILURE_CLASSES } from '../../src/versions/index.ts'

/** Noon of a day, ms epoch. */
export const NOON = Date.UTC(2024, 6, 19, 12)

/** A key of 43 characters that ends as told. */
export const keyNamed = (name: string): string => name.padStart(43, 'k')

export const counts = (hours: Partial<Counts['hours']> = {}, ...failures: Cell[]): Counts => ({
  hours: { '15min': 0, day: 0, older: 0, ...hours },
  failures,
})

export const crashes = (failures: number, age: Cell['age'] = '15min', stopCode: number | null = 0x50): Cell => ({
  failureClass: 'crash',
  age,
  stopCode,
  failures,
})

export const both = (one: Counts): Both => ({ hour: one, week: one })

export function row(version: string, one: Counts, more: Partial<Row> = {}): Row {
  return { kind: 'content', name: 'falcon/291', version, counts: both(one), ...more }
}

/** An organisation whose machines were on for a week, and in which so many crash minutes after a version came. */
export function organisation(name: string, crashed: number, version = 'bad', machines = 100): Report {
  const hours = { '15min': machines / 12, older: 0 }
  return {
    format: 1,
    key: keyNamed(name),
    number: NOON,
    at: NOON,
    fleet: both(counts({ older: machines * 100 }, ...(crashed > 0 ? [crashes(crashed, 'older')] : []))),
    rows: [
      row(version, counts(hours, ...(crashed > 0 ? [crashes(crashed)] : []))),
      // what was there all along, on the same machines
      row('7.16', counts({ older: machines * 100 }, ...(crashed > 0 ? [crashes(crashed, 'older')] : [])), {
        kind: 'sensor',
        name: 'falcon',
      }),
    ],
  }
}

const amount = fc.integer({ min: 0, max: 100_000 })
const anyCounts: fc.Arbitrary<Counts> = fc.record({
  hours: fc.record({ '15min': amount, day: amount, older: amount }),
  failures: fc.array(
    fc.record({
      failureClass: fc.constantFrom(...FAILURE_CLASSES),
      age: fc.constantFrom(...AGES),
      stopCode: fc.option(fc.constantFrom(0x50, 0x7e), { nil: null }),
      failures: amount,
    }),
    { maxLength: 4 },
  ),
})
const anyBoth = fc.record({ hour: anyCounts, week: anyCounts })

/** Reports of a few keys and numbers, so that some are of one key, and some of one key and number. */
export const anyReport: fc.Arbitrary<Report> = fc.record({
  format: fc.constant(1 as const),
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e').map(keyNamed),
  number: fc.integer({ min: NOON, max: NOON + 3 }),
  at: fc.constant(NOON),
  fleet: anyBoth,
  rows: fc.array(
    fc.record({
      kind: fc.constant('content' as const),
      name: fc.constant('falcon/291'),
      version: fc.constantFrom('v1', 'v2', 'v3'),
      counts: anyBoth,
    }),
    { maxLength: 3 },
  ),
})
