import { expect, test } from 'vitest'
import { placesByName } from '../../src/places/sites.ts'
import { planImport } from '../../src/practices/plan.ts'
import { readPracticesFile } from '../../src/practices/read-file.ts'
import type { PracticeEntry } from '../../src/store/practice-book.ts'

const entry = (id: number, code: string, of: Partial<PracticeEntry>): PracticeEntry => ({
  id,
  code,
  name: `Practice ${code}`,
  status: 'open',
  merged_into: null,
  region_id: null,
  pcn_id: null,
  address: null,
  opening_hours: null,
  regionCode: null,
  regionName: null,
  tile_row: null,
  tile_column: null,
  pcnCode: null,
  pcnName: null,
  tags: '',
  contacts: '',
  vouched: 0,
  ...(of as object),
})
const east = { regionCode: 'QEA', regionName: 'East Fens', pcnCode: 'U11', pcnName: 'Fenland PCN' }
const ENTRIES = [
  entry(1, 'A81001', east),
  entry(2, 'A81002', { ...east, pcnCode: 'U12', pcnName: 'Riverside PCN' }),
  entry(4, 'C83001', { regionCode: 'QDV', regionName: 'Devon' }),
  entry(3, 'B82001', { regionCode: 'QWE', regionName: 'West Marches', pcnCode: 'U21', pcnName: 'Riverside PCN' }),
]

const places = (of: Partial<Parameters<typeof placesByName>[0]>) =>
  placesByName({ regions: [], networks: [], practices: [], tags: [], ...of }, ENTRIES)

test('places are known by the names that pages show, and kept by their codes', () => {
  expect(placesByName(null, ENTRIES)).toBeNull()
  expect(places({ practices: ['east fens', 'Fenland PCN', 'Practice A81002', 'b82001'] })).toEqual({
    regions: ['QEA'],
    networks: ['U11'],
    practices: ['A81002', 'B82001'],
    tags: [],
  })
  expect(places({ regions: ['West Marches', 'qea'], networks: ['U12'] })).toMatchObject({
    regions: ['QWE', 'QEA'],
    networks: ['U12'],
  })
})

test('a name that two have, or none, is nobody’s', () => {
  expect(places({ networks: ['Riverside PCN'], practices: ['Riverside PCN', 'East'] })).toMatchObject({
    networks: ['Riverside PCN'],
    practices: ['Riverside PCN', 'East'],
  })
})

test('a file that has regions and networks by name alone makes no second ones beside those that are known', async () => {
  const known = new Map(ENTRIES.map((one) => [one.code, one]))
  const file = await readPracticesFile(
    'Organisation Code;Name;PCN;ICB\r\nA81001;Practice A81001;Fenland pcn;East Fens\r\nA81003;New;Riverside PCN;North Hills\r\nA81004;New;Fenland PCN;Devon\r\n',
    'icb',
  )
  const { write, report } = planImport(file, known, true)
  expect(report).toMatchObject({ added: 2, unchanged: 1, changed: 0 })
  // which of two networks is meant nobody knows, and a region that is new has a code made of its name
  expect(write[0]).toMatchObject({
    region: { code: 'NORTH-HILLS', name: 'North Hills' },
    pcn: { code: 'RIVERSIDE-PCN' },
  })
  expect(write[1]).toMatchObject({ region: { code: 'QDV' }, pcn: { code: 'U11' } })
})
