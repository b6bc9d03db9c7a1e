import type { Fleet } from '../world/fleet.ts'

/** What people call the places and machines of a fleet. */
export interface Places {
  siteCode(site: number): string
  siteName(site: number): string
  regionCode(region: number): string
  regionName(region: number): string
  /** Code of the network that a practice belongs to, and its name. */
  network(site: number): { code: string; name: string } | null
  computerName(machine: number): string
  /** For people, such as a maker. */
  maker(machine: number): string | null
}

/** Names for a fleet that was drawn: P00012, Region 3, P00012-PC05. */
export function numberedPlaces(fleet: Fleet): Places {
  const siteCode = (site: number) => `P${String(site + 1).padStart(5, '0')}`
  return {
    siteCode,
    siteName: (site) => `Practice ${site + 1}`,
    regionCode: (region) => `R${String(region).padStart(2, '0')}`,
    regionName: (region) => `Region ${region}`,
    network: () => null,
    computerName: (machine) => {
      const site = fleet.siteOf[machine]!
      const number = machine - fleet.sites[site]!.first + 1
      return `${siteCode(site)}-PC${String(number).padStart(2, '0')}`
    },
    maker: () => null,
  }
}

/** The fleet's practices as a file that a collector imports. */
export function practicesCsv(fleet: Fleet, places: Places): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = fleet.sites.map((site, i) => {
    const network = places.network(i)
    const cells = [
      places.siteCode(i),
      places.siteName(i),
      places.regionCode(site.region),
      places.regionName(site.region),
    ]
    return [...cells, network?.code ?? '', network?.name ?? ''].map(quoted).join(',')
  })
  return ['code,name,region,region_name,pcn,pcn_name', ...rows].join('\n')
}
