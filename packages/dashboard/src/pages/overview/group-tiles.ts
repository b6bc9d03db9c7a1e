import type { PracticeTile, PracticeVerdict } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'

interface Network {
  name: string
  tiles: PracticeTile[]
}
export interface Region {
  name: string
  networks: Network[]
}

const group = <T>(items: readonly T[], nameOf: (item: T) => string | null, nameless: string): [string, T[]][] => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = nameOf(item) ?? nameless
    const list = groups.get(name)
    if (list) list.push(item)
    else groups.set(name, [item])
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b))
}

/** Practices by region and network, all in the order of their names: a brick's place means the same practice each day. */
export function groupTiles(tiles: readonly PracticeTile[]): Region[] {
  return group(tiles, (t) => t.practice.region, 'No region').map(([name, ofRegion]) => ({
    name,
    networks: group(ofRegion, (t) => t.practice.pcn, 'No network').map(([pcn, ofNetwork]) => ({
      name: pcn,
      tiles: ofNetwork.sort((a, b) => a.practice.name.localeCompare(b.practice.name)),
    })),
  }))
}

/** Practices that a first screen has room for. */
const FIRST = 600

/** The regions that a first screen shows, the first one at least: whole, so that what is drawn later only stands below. */
export function firstOf(regions: readonly Region[]): readonly Region[] {
  let practices = 0
  const until = regions.findIndex(({ networks }) => {
    practices += networks.reduce((sum, { tiles }) => sum + tiles.length, 0)
    return practices >= FIRST
  })
  return until < 0 ? regions : regions.slice(0, until + 1)
}

const ORDER = ['stopped', 'reduced', 'working', 'closed', 'unknown'] as const

/** How many practices of a region are in each condition, worst first, none left out that occurs. */
export function workingCounts(region: Region): [PracticeVerdict['working'], number][] {
  const tiles = region.networks.flatMap((n) => n.tiles)
  return ORDER.map((working): [PracticeVerdict['working'], number] => [
    working,
    tiles.filter((t) => t.verdict.working === working).length,
  ]).filter(([, n]) => n > 0)
}

/** What is folded away: those with trouble for which a telephone has no room, and those without. */
export function restWords(troubled: number, well: number): string {
  const words = [
    ...(troubled > 0 ? [`${counted(troubled, 'more practice')} with trouble`] : []),
    ...(well > 0 ? [`${counted(well, 'practice')} without`] : []),
  ]
  return `${words.join(', ')}${troubled > 0 ? '' : ' trouble'}, and their places`
}
