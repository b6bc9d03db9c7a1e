import type { World } from './world.ts'

const SITE_DURATION = [0.9, 1.1] as const // lines of one region come back nearly together
const STORM_CUT = 0.1 // shortest power cut of a storm, as a share of the longest

/** Failures of lines and power over many practices. */
export class Outages {
  readonly #world: World
  readonly #cutPower: number
  readonly #cutLine: number

  constructor(world: World) {
    this.#world = world
    this.#cutPower = world.queue.register((site, seconds) => world.power.cutPower(site, seconds))
    this.#cutLine = world.queue.register((site, seconds) => world.network.cutLine(site, seconds))
  }

  /** Electricity fails at one practice, some time within the spread. */
  power(site: number, spread: number, seconds: number): void {
    this.#world.after(this.#world.random.uniform(0, spread), this.#cutPower, site, Math.round(seconds))
  }

  line(site: number, spread: number, seconds: number): void {
    if (spread === 0) this.#world.network.cutLine(site, seconds)
    else this.#world.after(this.#world.random.uniform(0, spread), this.#cutLine, site, Math.round(seconds))
  }

  /** The network of a region fails for a share of its practices. */
  region(region: number, share: number, spread: number, seconds: number): void {
    const { fleet, random } = this.#world
    for (const site of fleet.sitesOfRegion[region] ?? []) {
      if (random.chance(share)) this.line(site, spread, seconds * random.uniform(...SITE_DURATION))
    }
  }

  /** A storm crosses a region: power fails here and there for hours. */
  storm(region: number, share: number, spread: number, longest: number): void {
    const { fleet, random } = this.#world
    for (const site of fleet.sitesOfRegion[region] ?? []) {
      if (random.chance(share)) this.power(site, spread, random.uniform(STORM_CUT * longest, longest))
    }
  }

  /** Practices drawn from a region, or from everywhere; fewer where a region has fewer. */
  drawSites(count: number, region: number | undefined): number[] {
    const { fleet, random } = this.#world
    const inRegion = region === undefined ? null : (fleet.sitesOfRegion[region] ?? [])
    if (inRegion?.length === 0) return []
    return Array.from({ length: count }, () =>
      inRegion ? inRegion[random.below(inRegion.length)]! : random.below(fleet.sites.length),
    )
  }
}
