import type { Places } from '../sinks/places.ts'
import type { Fleet, Site } from '../world/fleet.ts'

/** Forty practices that do not exist, in five regions that do not exist. Codes start with Z, which no practice's does. */
const REGIONS = [
  { code: 'ZAA', name: 'Northmoor and Vale', networks: ['Moorland', 'Riverside'] },
  { code: 'ZAB', name: 'East Fens', networks: ['Fenland', 'Saltmarsh'] },
  { code: 'ZAC', name: 'Greater Milford', networks: ['Milford Central', 'Canalside'] },
  { code: 'ZAD', name: 'South Downs and Coast', networks: ['Harbour', 'Chalk Hill'] },
  { code: 'ZAE', name: 'West Marches', networks: ['Three Valleys', 'Border'] },
] as const

/** Name, and how many machines. */
const PRACTICES: readonly (readonly [string, number])[] = [
  ['Abbey Lane Surgery', 34],
  ['Alder House Practice', 22],
  ['Ashby Road Medical Centre', 41],
  ['Beacon Hill Surgery', 18],
  ['Birchwood Health Centre', 37],
  ['Bridge Street Practice', 26],
  ['Brook Green Surgery', 15],
  ['Castle View Medical Centre', 45],
  ['Cedar Park Surgery', 28],
  ['Church Walk Practice', 19],
  ['Cliffside Medical Group', 33],
  ['Copperfield Surgery', 24],
  ['Crossways Health Centre', 52],
  ['Dovecote Practice', 16],
  ['Elm Tree Surgery', 29],
  ['Fairfield Medical Centre', 38],
  ['Foundry Lane Practice', 21],
  ['Grange Park Surgery', 31],
  ['Greenacre Health Centre', 44],
  ['Hawthorn Practice', 17],
  ['Hillcrest Surgery', 27],
  ['Ivy Bank Medical Practice', 23],
  ['Kingfisher Surgery', 35],
  ['Lakeside Health Centre', 48],
  ['Larkspur Practice', 20],
  ['Limes Medical Centre', 32],
  ['Lodge Road Surgery', 25],
  ['Manor Fields Practice', 36],
  ['Market Square Surgery', 40],
  ['Meadowbank Health Centre', 43],
  ['Mill Stream Practice', 14],
  ['Oakfield Surgery', 30],
  ['Old Forge Medical Practice', 12],
  ['Orchard House Surgery', 28],
  ['Park Row Health Centre', 50],
  ['Priory Gardens Practice', 22],
  ['Quayside Medical Centre', 39],
  ['Rowan Tree Surgery', 18],
  ['Station Approach Practice', 33],
  ['Willow Court Surgery', 35],
]

const MAKERS: readonly (readonly [RegExp, string])[] = [
  [/OptiPlex|Latitude/, 'Dell Inc.'],
  [/ProDesk|EliteDesk|ProBook/, 'HP'],
  [/ThinkCentre|ThinkPad/, 'LENOVO'],
]

/** The demo's practices, as sites of a fleet. */
export function demoSites(): Site[] {
  let first = 0
  return PRACTICES.map(([, count], i) => {
    const site = { first, count, region: i % REGIONS.length }
    first += count
    return site
  })
}

export const DEMO_MACHINES = PRACTICES.reduce((sum, [, count]) => sum + count, 0)
export const DEMO_REGIONS = REGIONS.length

export function demoPlaces(fleet: Fleet, modelOf: (machine: number) => string): Places {
  const region = (site: number) => REGIONS[fleet.sites[site]!.region]!
  const siteCode = (site: number) => `Z9${String(site + 1).padStart(4, '0')}`
  return {
    siteCode,
    siteName: (site) => PRACTICES[site]![0],
    regionCode: (number) => REGIONS[number]!.code,
    regionName: (number) => REGIONS[number]!.name,
    network: (site) => {
      const { code, networks } = region(site)
      const which = Math.floor(site / REGIONS.length) % networks.length
      return { code: `${code}${which + 1}`, name: `${networks[which]!} PCN` }
    },
    computerName: (machine) => {
      const site = fleet.siteOf[machine]!
      const number = machine - fleet.sites[site]!.first + 1
      const kind = /Latitude|ProBook|ThinkPad/.test(modelOf(machine)) ? 'LT' : 'PC'
      return `${siteCode(site)}-${kind}${String(number).padStart(2, '0')}`
    },
    maker: (machine) => MAKERS.find(([pattern]) => pattern.test(modelOf(machine)))?.[1] ?? null,
  }
}
