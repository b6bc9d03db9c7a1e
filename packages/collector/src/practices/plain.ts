import { MAX_TAGS, TAG_FORM, tagsIn } from '@pumphandle/shared/words'
import type { Place, ReadRow, Tile } from '../model/practice-row.ts'
import { clean, codeOf, joined, refuse } from './cells.ts'
import { parseOpeningHours } from './opening-hours.ts'

/** Names of a plain CSV's columns, as they are written in its first row in any case, with or without spaces. */
const COLUMNS = {
  code: ['code', 'practicecode', 'odscode', 'organisationcode', 'sitecode'],
  name: ['name', 'practicename', 'organisationname', 'sitename'],
  status: ['status', 'statuscode'],
  mergedInto: ['mergedinto', 'successor', 'successorcode'],
  region: ['region', 'regioncode', 'icb', 'icbcode', 'commissioner', 'commissionercode'],
  regionName: ['regionname', 'icbname', 'commissionername'],
  tileRow: ['tilerow', 'regionrow'],
  tileColumn: ['tilecolumn', 'regioncolumn'],
  pcn: ['pcn', 'pcncode', 'network', 'networkcode'],
  pcnName: ['pcnname', 'networkname'],
  address: ['address', 'addressline1'],
  postcode: ['postcode'],
  openingHours: ['openinghours', 'hours'],
  tags: ['tags', 'tag'],
} as const
type Column = keyof typeof COLUMNS
/** Rows and columns of the map: no more have room on a wall. */
const MOST_TILES = 40

/** Which column stands where. */
export type Header = ReadonlyMap<Column, number>

const STATUSES: Readonly<Record<string, 'open' | 'closed' | 'merged' | undefined>> = {
  '': 'open',
  open: 'open',
  a: 'open',
  active: 'open',
  closed: 'closed',
  c: 'closed',
  d: 'closed',
  dormant: 'closed',
  merged: 'merged',
}

/** The header of a plain CSV, or undefined where the first row is no header (an ODS file has none). */
export function readHeader(cells: readonly string[]): Header | undefined {
  const header = new Map<Column, number>()
  for (const [index, cell] of cells.entries()) {
    const name = cell.toLowerCase().replace(/[\s_-]+/g, '')
    for (const [column, names] of Object.entries(COLUMNS) as [Column, readonly string[]][])
      if (names.includes(name) && !header.has(column)) header.set(column, index)
  }
  return header.has('code') && header.has('name') ? header : undefined
}

export function readPlainRow(header: Header, cells: readonly string[], line: number): ReadRow {
  const cell = (column: Column): string => clean(cells[header.get(column) ?? -1] ?? '')
  const code = codeOf(cell('code'))
  if (code === undefined) return refuse(line, `"${cell('code')}" is no code: letters, digits, - and _, 32 at most`)
  if (cell('name') === '') return refuse(line, `${code} has no name`)
  const mergedInto = cell('mergedInto') === '' ? undefined : codeOf(cell('mergedInto'))
  const status = mergedInto === undefined ? STATUSES[cell('status').toLowerCase()] : 'merged'
  if (status === undefined) return refuse(line, `${code} has status "${cell('status')}"; write open, closed or merged`)
  if (status === 'merged' && mergedInto === undefined)
    return refuse(line, `${code} is merged, but merged_into does not say into which practice`)
  const openingHours = cell('openingHours')
  try {
    parseOpeningHours(openingHours)
  } catch (error) {
    return refuse(line, `${code}: ${(error as Error).message.replace(/\.$/, '')}`)
  }
  const { tags, wrong } = tagsIn(cell('tags'))
  if (wrong.length > 0 || tags.length > MAX_TAGS)
    return refuse(
      line,
      `${code}: ${wrong.length > 0 ? `"${wrong[0] ?? ''}" is no tag. ${TAG_FORM}` : `more than ${MAX_TAGS} tags`}`,
    )
  const tile = tileOf(cell('tileRow'), cell('tileColumn'))
  if (tile === 'wrong')
    return refuse(line, `${code}: a tile's row and column are numbers from 1 to ${MOST_TILES}, both or none`)
  const region = place(cell('region'), cell('regionName'))
  const has = (column: Column): boolean => header.has(column)
  return {
    practice: {
      line,
      code,
      name: cell('name'),
      status,
      mergedInto,
      region: region && tile ? { ...region, tile } : region,
      pcn: place(cell('pcn'), cell('pcnName')),
      address: has('address') || has('postcode') ? joined([cell('address'), cell('postcode')]) : undefined,
      openingHours: openingHours === '' ? undefined : openingHours,
      tags: has('tags') ? tags.toSorted() : undefined,
    },
  }
}

/** Where the region's tile lies; `wrong` where it is said and cannot be. */
function tileOf(row: string, column: string): Tile | 'wrong' | undefined {
  if (row === '' && column === '') return undefined
  const tile = { row: Number(row), column: Number(column) }
  const isOne = (n: number) => Number.isInteger(n) && n >= 1 && n <= MOST_TILES
  return isOne(tile.row) && isOne(tile.column) ? tile : 'wrong'
}

/** A region may be given by code, by name or by both; a name alone makes its own code. */
function place(code: string, name: string): Place | undefined {
  const given = codeOf(code)
  const made =
    given ??
    codeOf(
      (code || name)
        .replace(/[^A-Za-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 32),
    )
  if (made === undefined) return
  const shown = name || (given === undefined ? code : '')
  if (shown === '') return { code: made }
  return given === undefined ? { code: made, name: shown, byName: true } : { code: made, name: shown }
}
