import { expect, test } from 'vitest'
import { fuzz } from './support/fuzz.ts'

// scripts/fuzz-query.ts runs a million
const INPUTS = 20_000

test('no input crashes the parser, the words or the suggestions', () => {
  const { parsed } = fuzz(1, INPUTS)
  // both sides must be reached, or it tries nothing
  expect(parsed).toBeGreaterThan(INPUTS / 5)
  expect(parsed).toBeLessThan((INPUTS * 4) / 5)
})
