import type { PracticeTile } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { toggleTerm } from '../src/pages/machines/facets.tsx'
import { groupTiles, workingCounts } from '../src/pages/overview/group-tiles.ts'

const tile = (name: string, region: string | null, pcn: string | null, working: PracticeTile['verdict']['working']) =>
  ({ practice: { code: name, name, region, pcn }, verdict: { working } }) as PracticeTile

test('practices stand in the order of their names, whatever order they come in', () => {
  const tiles = [
    tile('Mill', 'South', 'P2', 'working'),
    tile('Elm', 'South', 'P2', 'stopped'),
    tile('Oak', 'North', null, 'working'),
  ]
  const shape = (given: PracticeTile[]) =>
    groupTiles(given).map((r) => [r.name, r.networks.map((n) => [n.name, n.tiles.map((t) => t.practice.name)])])
  expect(shape(tiles)).toEqual([
    ['North', [['No network', ['Oak']]]],
    ['South', [['P2', ['Elm', 'Mill']]]],
  ])
  expect(shape(tiles.toReversed())).toEqual(shape(tiles))
})

test("a region's worst condition is named first, and none that does not occur", () => {
  const [region] = groupTiles([tile('A', 'R', null, 'working'), tile('B', 'R', null, 'stopped')])
  expect(region && workingCounts(region)).toEqual([
    ['stopped', 1],
    ['working', 1],
  ])
})

test('a facet adds its term, and takes out only itself', () => {
  expect(toggleTerm('', 'state:dark')).toBe('state:dark')
  expect(toggleTerm('state:dark os:1', 'state:dark')).toBe('os:1')
  expect(toggleTerm('state:darker', 'state:dark')).toBe('state:darker state:dark')
})
