import { Random } from '@pumphandle/shared/random'
import type { FleetSpec } from '../scenario/fleet.ts'
import type { Slot } from '../scenario/parts.ts'
import type { Places } from '../sinks/places.ts'
import { Components, SLOT, SLOT_COUNT } from '../world/components.ts'
import type { Fleet, Site } from '../world/fleet.ts'
import { type ComponentRow, type FleetRows, type PracticeRow, readRows } from './read-rows.ts'

const DRIVER_SLOTS: readonly Slot[] = ['gpu', 'nic', 'enc', 'print']
const NO_SENSOR = 'none'
/** Nothing in a database says which machines stay on at night. */
const ALWAYS_ON = 0.25
const FLAKY = 0.01
const DRAW_SEED = 1

/** A fleet as a collector knows it, to rehearse a scenario on. */
export interface RealFleet {
  /** What replaces the scenario's own fleet: products, number of machines, regions. */
  readonly spec: Pick<FleetSpec, 'machines' | 'regions' | 'stacks'>
  /** A fresh copy for each run. */
  draw(): { fleet: Fleet; places: Places }
}

type Stack = FleetSpec['stacks'][number]

/**
 * Takes practices, machines and versions from a collector's SQLite file. A machine has one sensor here (another than
 * Defender where there are two), that product's content, its Windows, its model, one clinical application, and the four
 * third-party drivers that differ most over the fleet.
 * @throws Error when the file cannot be read or holds no machine
 */
export function readFleet(file: string): RealFleet {
  const rows = readRows(file)
  if (rows.machines.length === 0) throw new Error('it holds no machines')
  const components = groupByMachine(rows.components)
  const drivers = tellingDrivers(rows.components)
  const chosen = rows.machines.map((machine) => choose(components.get(machine.id) ?? [], machine.model, drivers))
  const stacks = stacksOf(chosen)
  const { sites, practices, regions } = placesOf(rows)
  const spec = { machines: rows.machines.length, regions: regions.length, stacks }
  return {
    spec,
    draw: () => ({
      fleet: build(chosen, sites, stacks, regions.length),
      places: namesOf(rows, practices, regions),
    }),
  }
}

/** Component of each slot: its family and version. */
type Chosen = ReadonlyMap<Slot, { readonly family: string; readonly version: string; readonly name: string }>

function choose(components: readonly ComponentRow[], model: string | null, drivers: readonly string[]): Chosen {
  const chosen = new Map<Slot, { family: string; version: string; name: string }>()
  const put = (slot: Slot, row: ComponentRow | undefined, family = row?.name) => {
    if (row && family) chosen.set(slot, { family, version: row.version, name: row.name })
  }
  const sensors = components.filter((c) => c.kind === 'sensor')
  const sensor = sensors.find((c) => c.name !== 'defender') ?? sensors[0]
  const product = sensor?.name ?? NO_SENSOR
  chosen.set('product', { family: product, version: '', name: product })
  put('sensor', sensor)
  const ofProduct = components.filter((c) => c.kind === 'content' && c.name.split('/')[0] === product)
  put('content', ofProduct.find((c) => c.name !== `${product}/engine`) ?? ofProduct[0], product)
  put(
    'os',
    components.find((c) => c.kind === 'os'),
  )
  put(
    'app',
    components.find((c) => c.kind === 'app'),
  )
  if (model !== null) chosen.set('hw', { family: 'model', version: model, name: model })
  drivers.forEach((name, i) =>
    put(
      DRIVER_SLOTS[i]!,
      components.find((c) => c.kind === 'driver' && c.name === name),
    ),
  )
  return chosen
}

/** Drivers on many machines, in several versions: those that a bad version could hide among. */
function tellingDrivers(components: readonly ComponentRow[]): string[] {
  const versions = new Map<string, Map<string, number>>()
  for (const { kind, name, version } of components) {
    if (kind !== 'driver') continue
    const counts = versions.get(name) ?? new Map<string, number>()
    versions.set(name, counts.set(version, (counts.get(version) ?? 0) + 1))
  }
  const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)
  return [...versions]
    .sort(([, a], [, b]) => Number(b.size > 1) - Number(a.size > 1) || total(b) - total(a))
    .slice(0, DRIVER_SLOTS.length)
    .map(([name]) => name)
}

function groupByMachine(components: readonly ComponentRow[]): Map<number, ComponentRow[]> {
  const groups = new Map<number, ComponentRow[]>()
  for (const row of components) {
    const group = groups.get(row.machine)
    if (group) group.push(row)
    else groups.set(row.machine, [row])
  }
  return groups
}

/** The products that the fleet has, as a scenario would list them. */
function stacksOf(chosen: readonly Chosen[]): Stack[] {
  const stacks = new Map<string, Stack & { sensor: Record<string, number> }>()
  for (const machine of chosen) {
    const product = machine.get('product')!.family
    const content = machine.get('content')
    const sensor = machine.get('sensor')?.version ?? '0'
    let stack = stacks.get(product)
    if (!stack) {
      stack = {
        product,
        share: 0,
        sensor: {},
        content: content?.version ?? '1',
        content_name: content?.name ?? product,
      }
      stacks.set(product, stack)
    }
    stack.share += 1 / chosen.length
    stack.sensor[sensor] = (stack.sensor[sensor] ?? 0) + 1
  }
  return [...stacks.values()]
}

interface Region {
  readonly code: string
  readonly name: string
}

/** Sites in the order of the machines; machines without a practice are one site. */
function placesOf({ machines, practices }: FleetRows) {
  const byId = new Map(practices.map((practice) => [practice.id, practice]))
  const regions: Region[] = []
  const sites: Site[] = []
  const ofSite: (PracticeRow | undefined)[] = []
  machines.forEach((machine, i) => {
    const previous = machines[i - 1]
    const last = sites.at(-1)
    if (previous && last && previous.practice === machine.practice) {
      sites[sites.length - 1] = { ...last, count: last.count + 1 }
      return
    }
    const practice = machine.practice === null ? undefined : byId.get(machine.practice)
    const code = practice?.regionCode ?? 'NONE'
    let region = regions.findIndex((known) => known.code === code)
    if (region < 0) region = regions.push({ code, name: practice?.regionName ?? code }) - 1
    sites.push({ first: i, count: 1, region })
    ofSite.push(practice)
  })
  return { sites, practices: ofSite, regions }
}

function build(chosen: readonly Chosen[], sites: readonly Site[], stacks: readonly Stack[], regions: number): Fleet {
  const machines = chosen.length
  const components = new Components()
  const initial = new Int32Array(machines * SLOT_COUNT).fill(-1)
  const stackOf = new Int16Array(machines)
  chosen.forEach((machine, i) => {
    stackOf[i] = stacks.findIndex((stack) => stack.product === machine.get('product')!.family)
    for (const [slot, { family, version }] of machine) {
      initial[i * SLOT_COUNT + SLOT[slot]] = components.intern(SLOT[slot], family, version)
    }
  })
  const random = new Random(DRAW_SEED)
  const sitesOfRegion: number[][] = Array.from({ length: regions }, () => [])
  const siteOf = new Int32Array(machines)
  sites.forEach((site, i) => {
    sitesOfRegion[site.region]!.push(i)
    siteOf.fill(i, site.first, site.first + site.count)
  })
  return {
    machines,
    components,
    sites,
    siteOf,
    sitesOfRegion,
    stackOf,
    initial,
    crashFactor: new Float64Array(machines).fill(1),
    alwaysOn: Uint8Array.from({ length: machines }, () => Number(random.chance(ALWAYS_ON))),
    flaky: Array.from({ length: machines }, (_, i) => i).filter(() => random.chance(FLAKY)),
  }
}

function namesOf(rows: FleetRows, practices: readonly (PracticeRow | undefined)[], regions: readonly Region[]): Places {
  return {
    siteCode: (site) => practices[site]?.code ?? 'NONE',
    siteName: (site) => practices[site]?.name ?? 'Without a practice',
    regionCode: (region) => regions[region]!.code,
    regionName: (region) => regions[region]!.name,
    network: (site) => {
      const practice = practices[site]
      return practice?.pcnCode ? { code: practice.pcnCode, name: practice.pcnName ?? practice.pcnCode } : null
    },
    computerName: (machine) => rows.machines[machine]!.name,
    maker: () => null,
  }
}
