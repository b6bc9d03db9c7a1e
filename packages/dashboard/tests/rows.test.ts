import { expect, test } from 'vitest'
import { pagesBetween } from '../src/pages/machines/rows.ts'

test('only pages that are seen are asked for, and the first is there already', () => {
  expect(pagesBetween(-100, 90)).toEqual([])
  expect(pagesBetween(-100, 210)).toEqual([1])
  expect(pagesBetween(99_800, 99_999)).toEqual([499])
  expect(pagesBetween(750, 1030)).toEqual([3, 4, 5])
})
