import type { PracticeTile } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { ICBS, icbOf } from '../src/pages/map/england.ts'
import { layoutOf } from '../src/pages/map/layout.ts'

function tile(
  code: string,
  region: string | null,
  working: PracticeTile['verdict']['working'] = 'working',
): PracticeTile {
  return {
    practice: { code, name: `Practice ${code}`, region, pcn: null },
    machines: 5,
    states: { healthy: 5, crashed: 0, 'boot-loop': 0, dark: 0, offline: 0, sleeping: 0 },
    verdict: { working, why: 'none', sentence: '' },
    incidents: [],
  }
}

test('England has 42 boards, each with a place of its own', () => {
  expect(ICBS).toHaveLength(42)
  expect(new Set(ICBS.map(({ code }) => code)).size).toBe(42)
  expect(new Set(ICBS.map(({ row, column }) => `${row} ${column}`)).size).toBe(42)
})

test('a board is known by its code, and by its name however files write it', () => {
  for (const written of ['QJK', 'NHS Devon ICB', 'Devon', 'NHS DEVON INTEGRATED CARE BOARD'])
    expect(icbOf(written)?.code).toBe('QJK')
  expect(icbOf('NHS Kent & Medway ICB')?.code).toBe('QKS')
  expect(icbOf('NHS Cornwall and The Isles Of Scilly ICB')?.code).toBe('QT6')
  expect(icbOf('NHS Thames Valley ICB')).toMatchObject({ short: 'Thame', row: icbOf('QU9')?.row })
  for (const [code, stands] of Object.entries({
    S1Y5D: 'QUE',
    D7T5G: 'QH8',
    T6Y0W: 'QMM',
    Z9B2Z: 'QRV',
    S9B9J: 'QXU',
    S0E4D: 'QU9',
  }))
    expect(icbOf(code)).toMatchObject({ code, row: icbOf(stands)?.row, column: icbOf(stands)?.column })
  expect(icbOf('Northland')).toBeUndefined()
})

test('boards stand in their places, what is none of them below, and trouble is counted', () => {
  const { isEngland, regions } = layoutOf([
    tile('K1', 'NHS Kent and Medway ICB'),
    tile('D1', 'NHS Devon ICB', 'stopped'),
    tile('D2', 'NHS Devon ICB', 'reduced'),
    tile('X1', null),
  ])
  expect(isEngland).toBe(true)
  expect(regions.map(({ name, row, column, stopped, reduced }) => [name, row, column, stopped, reduced])).toEqual([
    ['NHS Kent and Medway ICB', 0, 5, 0, 0],
    ['NHS Devon ICB', 1, 0, 1, 1],
    ['No region', 2, 0, 0, 0],
  ])
})

test('others’ regions stand row after row in the order of the import', () => {
  const names = ['Zeta', 'Alpha', 'Mu', 'Nu', 'Xi', 'Pi', 'Rho', 'Tau']
  const { isEngland, columns, regions } = layoutOf(names.map((name, i) => tile(`A${i}`, name)))
  expect([isEngland, columns]).toEqual([false, 7])
  expect(regions.map(({ name }) => name)).toEqual(names)
  expect(regions.at(-1)).toMatchObject({ row: 1, column: 0 })
})

test('regions stand where the import says, the others below, and two never on one tile', () => {
  const names = ['Zeta', 'Alpha', 'Mu', 'Nu']
  const { columns, regions } = layoutOf(
    names.map((name, i) => tile(`A${i}`, name)),
    [
      { region: 'Zeta', row: 3, column: 4 },
      { region: 'Alpha', row: 2, column: 5 },
      { region: 'Nu', row: 2, column: 5 },
    ],
  )
  expect(columns).toBe(2)
  expect(regions.map(({ name, row, column }) => [name, row, column])).toEqual([
    ['Alpha', 0, 1],
    ['Zeta', 1, 0],
    ['Mu', 2, 0],
    ['Nu', 2, 1],
  ])
})
