import type { PracticeTile, PracticeTiles } from '@pumphandle/shared/api'
import { type Icb, icbOf, type Place } from './england.ts'

/** A region with its practices, and where it lies. */
export interface RegionTile extends Place {
  /** As practices name it; null for those without a region. */
  readonly region: string | null
  readonly name: string
  readonly short: string
  /** By network and name: a cell's place means the same practice each day. */
  readonly practices: readonly PracticeTile[]
  readonly stopped: number
  readonly reduced: number
}

export interface Layout {
  readonly columns: number
  readonly isEngland: boolean
  readonly regions: readonly RegionTile[]
}

/** Letters of a region's name on a tile as wide as a thumb. */
const SHORT = 5
/** Tiles beside each other where no map says otherwise: as wide as England's. */
const COLUMNS = 7

/**
 * Where an import says it; else England's boards in their usual places, where at least half of the regions are such; else, and
 * for those that have no place, row after row in the order of the import, which is the order of the tiles.
 */
export function layoutOf(tiles: readonly PracticeTile[], grid: PracticeTiles['grid'] = []): Layout {
  const byRegion = Map.groupBy(tiles, (tile) => tile.practice.region)
  const own = grid.filter(({ region }) => byRegion.has(region))
  const england = englandOf(byRegion.keys())
  const isEngland = own.length === 0 && england.size > 0 && england.size * 2 >= byRegion.size
  const known: ReadonlyMap<string | null, Place & { short?: string }> = isEngland
    ? england
    : onePerTile(own.map(({ region, row, column }) => [region, { row: row - 1, column: column - 1 }]))
  const isPlaced = known.size > 0
  const below = isPlaced ? Math.max(...[...known.values()].map(({ row }) => row)) + 1 : 0
  // a part of England stands at the top left of the page, not where it lies in the whole
  const west = isPlaced ? Math.min(...[...known.values()].map(({ column }) => column)) : 0
  const north = isPlaced ? Math.min(...[...known.values()].map(({ row }) => row)) : 0
  const columns = isPlaced
    ? Math.max(...[...known.values()].map(({ column }) => column)) - west + 1
    : Math.min(COLUMNS, byRegion.size)
  let next = 0
  const regions = [...byRegion].map(([region, practices]): RegionTile => {
    const icb = known.get(region)
    const place = icb
      ? { row: icb.row - north, column: icb.column - west }
      : { row: below - north + Math.floor(next / columns), column: next++ % columns }
    return {
      region,
      name: region ?? 'No region',
      short: icb?.short ?? (region ?? 'None').slice(0, SHORT),
      ...place,
      practices: practices.toSorted(byNetwork),
      stopped: practices.filter(({ verdict }) => verdict.working === 'stopped').length,
      reduced: practices.filter(({ verdict }) => verdict.working === 'reduced').length,
    }
  })
  // Tab and screen readers go as the eye does
  return { columns, isEngland, regions: regions.sort((a, b) => a.row - b.row || a.column - b.column) }
}

/** Boards of England among regions, each once. */
function englandOf(regions: Iterable<string | null>): ReadonlyMap<string | null, Icb> {
  const known = new Map<string | null, Icb>()
  const taken = new Set<string>()
  for (const region of regions) {
    const icb = region === null ? undefined : icbOf(region)
    if (!icb) continue
    const tile = `${icb.row} ${icb.column}`
    if (taken.has(tile)) continue
    taken.add(tile)
    known.set(region, icb)
  }
  return known
}

/** Of two regions on one tile the second has no place: it stands below. */
function onePerTile(places: readonly (readonly [string, Place])[]): ReadonlyMap<string, Place> {
  const taken = new Set<string>()
  return new Map(
    places.filter(([, { row, column }]) => {
      const tile = `${row} ${column}`
      if (taken.has(tile)) return false
      taken.add(tile)
      return true
    }),
  )
}

function byNetwork({ practice: a }: PracticeTile, { practice: b }: PracticeTile): number {
  return (a.pcn ?? '').localeCompare(b.pcn ?? '') || a.name.localeCompare(b.name)
}
