import { hash01, Random } from '@pumphandle/shared/random'
import type { BackgroundSpec, FleetSpec } from '../scenario/fleet.ts'
import type { Slot } from '../scenario/parts.ts'
import { Components, SLOT, SLOT_COUNT } from './components.ts'

/** Machines of a practice are numbered in a row: `first` to `first + count - 1`. */
export interface Site {
  readonly first: number
  readonly count: number
  readonly region: number
}

/** What a fleet is before anything happens: who sits where, with which components. */
export interface Fleet {
  readonly machines: number
  readonly components: Components
  readonly sites: readonly Site[]
  /** Practice of each machine. */
  readonly siteOf: Int32Array
  /** Numbers of the practices of each region. */
  readonly sitesOfRegion: readonly (readonly number[])[]
  /** Position in the scenario's stacks, for each machine. */
  readonly stackOf: Int16Array
  /** Component number by machine and slot, -1 for none. */
  readonly initial: Int32Array
  /** How much likelier than others each machine's hardware is to crash. */
  readonly crashFactor: Float64Array
  readonly alwaysOn: Uint8Array
  /** Machines with a fault of their own. */
  readonly flaky: readonly number[]
}

const SAME_STACK = 0.97 // of a practice's machines have its main product
const SAME_SENSOR = 0.6 // ... and its main sensor version
const NIC_BY_MODEL = 0.7 // how far the model decides the network card
const MODEL_SIGMA = 0.4 // spread of the models' crash rates, of the logarithm

/** Draws a fleet: practices of many sizes, regions that buy one product, machines that were bought together. */
export function drawFleet(
  spec: FleetSpec,
  background: BackgroundSpec,
  random: Random,
  sites: readonly Site[] = drawSites(spec, random),
): Fleet {
  const components = new Components()
  const stacks = spec.stacks.map((stack, i) => [i, stack.share] as const)
  const mainStack = Array.from({ length: spec.regions }, () => random.weighted(stacks))
  const models = modelShares(spec)
  const modelChoices = models.map(([, share], i) => [i, share] as const)
  const modelFactor = models.map(() => Math.exp(MODEL_SIGMA * random.normal()))
  const fleet = emptyFleet(spec, sites, components)
  const flaky: number[] = []

  sites.forEach((site, siteNumber) => {
    const stackHere = random.chance(spec.region_affinity) ? mainStack[site.region]! : random.weighted(stacks)
    const modelHere = random.weighted(modelChoices)
    const sensorHere = random.weighted(entries(spec.stacks[stackHere]!.sensor))
    const sigma = background.site_crash_sigma
    // drawn only where it is wanted, so that other scenarios keep their random numbers
    const siteFactor = sigma > 0 ? Math.exp(sigma * random.normal() - sigma ** 2 / 2) : 1
    const appHere = random.weighted(entries(spec.attrs.app))
    for (let machine = site.first; machine < site.first + site.count; machine++) {
      const stackNumber = random.chance(SAME_STACK) ? stackHere : random.weighted(stacks)
      const stack = spec.stacks[stackNumber]!
      const sensor =
        stackNumber === stackHere && random.chance(SAME_SENSOR) ? sensorHere : random.weighted(entries(stack.sensor))
      const model = random.chance(spec.same_model) ? modelHere : random.weighted(modelChoices)
      fleet.siteOf[machine] = siteNumber
      fleet.stackOf[machine] = stackNumber
      fleet.crashFactor[machine] = modelFactor[model]! * siteFactor
      const put = (slot: Slot, component: number) => {
        fleet.initial[machine * SLOT_COUNT + SLOT[slot]] = component
      }
      put('product', components.intern(SLOT.product, stack.product))
      put('sensor', components.intern(SLOT.sensor, stack.product, sensor))
      put('content', components.intern(SLOT.content, stack.product, stack.content))
      put('os', components.intern(SLOT.os, 'windows', random.weighted(entries(spec.attrs.os))))
      put('hw', components.intern(SLOT.hw, 'model', models[model]![0]))
      const nicPoint = hash01(model, 77) * NIC_BY_MODEL + random.next() * (1 - NIC_BY_MODEL)
      put('gpu', attribute(components, 'gpu', random.weighted(entries(spec.attrs.gpu))))
      put('nic', attribute(components, 'nic', valueAt(entries(spec.attrs.nic), nicPoint)))
      put('enc', attribute(components, 'enc', random.weighted(entries(spec.attrs.enc))))
      put('app', attribute(components, 'app', appHere))
      put('print', attribute(components, 'print', random.weighted(entries(spec.attrs.print))))
      fleet.alwaysOn[machine] = random.chance(spec.always_on) ? 1 : 0
      if (random.chance(background.flaky_share)) flaky.push(machine)
    }
  })
  return { ...fleet, flaky }
}

function drawSites(spec: FleetSpec, random: Random): Site[] {
  const { median, sigma, min, max } = spec.site_size
  const sites: Site[] = []
  for (let first = 0; first < spec.machines; ) {
    const drawn = Math.round(median * Math.exp(sigma * random.normal()))
    const count = Math.min(spec.machines - first, Math.max(min, Math.min(max, drawn)))
    sites.push({ first, count, region: random.below(spec.regions) })
    first += count
  }
  return sites
}

function emptyFleet(spec: FleetSpec, sites: readonly Site[], components: Components) {
  const sitesOfRegion: number[][] = Array.from({ length: spec.regions }, () => [])
  sites.forEach((site, i) => sitesOfRegion[site.region]!.push(i))
  return {
    machines: spec.machines,
    components,
    sites,
    sitesOfRegion,
    siteOf: new Int32Array(spec.machines),
    stackOf: new Int16Array(spec.machines),
    initial: new Int32Array(spec.machines * SLOT_COUNT).fill(-1),
    crashFactor: new Float64Array(spec.machines),
    alwaysOn: new Uint8Array(spec.machines),
  }
}

function entries(shares: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(shares)
}

function modelShares(spec: FleetSpec): [string, number][] {
  const { hw } = spec.attrs
  return typeof hw === 'number' ? Array.from({ length: hw }, (_, i) => [`hw${i}`, 1]) : entries(hw)
}

/** `igfx-31` and `igfx@31` as family igfx, version 31; `none` as nothing. */
function attribute(components: Components, slot: Slot, text: string): number {
  if (text === 'none') return -1
  if (text.includes('@')) return components.internText(SLOT[slot], text)
  const dash = text.indexOf('-')
  return dash < 0
    ? components.intern(SLOT[slot], text)
    : components.intern(SLOT[slot], text.slice(0, dash), text.slice(dash + 1))
}

/** The value whose share covers the point, 0 to 1. */
function valueAt(choices: readonly [string, number][], point: number): string {
  let rest = point * choices.reduce((sum, [, share]) => sum + share, 0)
  const found = choices.find(([, share]) => {
    rest -= share
    return rest < 0
  })
  return (found ?? choices.at(-1)!)[0]
}
