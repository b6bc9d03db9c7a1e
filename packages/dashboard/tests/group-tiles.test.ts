import type { PracticeTile } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { firstOf, groupTiles, restWords } from '../src/pages/overview/group-tiles.ts'

/** Regions of so many practices each. */
const fleet = (...sizes: number[]) =>
  groupTiles(
    sizes.flatMap((size, region) =>
      Array.from({ length: size }, (_, i) => {
        const code = `A${region}${String(i).padStart(4, '0')}`
        const practice = { code, name: code, region: `Region ${region}`, pcn: null }
        return { practice } as PracticeTile
      }),
    ),
  )

test('what a first screen shows is drawn first, in whole regions: what comes later stands below it', () => {
  const names = (...sizes: number[]) => firstOf(fleet(...sizes)).map(({ name }) => name)
  expect(names(4000, 10)).toEqual(['Region 0'])
  expect(names(300, 400, 500)).toEqual(['Region 0', 'Region 1'])
  expect(names(8, 8, 8)).toEqual(['Region 0', 'Region 1', 'Region 2'])
  expect(names()).toEqual([])
})

test('what a telephone folds away is called what it is: not all of it is without trouble', () => {
  expect(restWords(0, 23)).toBe('23 practices without trouble, and their places')
  expect(restWords(740, 5700)).toBe('740 more practices with trouble, 5,700 practices without, and their places')
  expect(restWords(1, 0)).toBe('1 more practice with trouble, and their places')
})
