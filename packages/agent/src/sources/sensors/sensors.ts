import { productOf, productOfDriver, productOfService } from '@pumphandle/shared/words/products'
import { textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import type { Source } from '../source.ts'
import { programOf, readServices, type ServiceEntry } from '../system/services.ts'
import { readAnyAntivirus } from './any-antivirus.ts'
import { bitdefender } from './bitdefender.ts'
import { carbonBlack } from './carbon-black.ts'
import { cortex } from './cortex.ts'
import { cylance } from './cylance.ts'
import { defender } from './defender.ts'
import { eset } from './eset.ts'
import { falcon } from './falcon.ts'
import { huntress } from './huntress.ts'
import { isWholeWindows } from './installed.ts'
import { kaspersky } from './kaspersky.ts'
import { malwarebytes } from './malwarebytes.ts'
import type { SensorProduct } from './product.ts'
import { securityEssentials } from './security-essentials.ts'
import { sentinelone } from './sentinelone.ts'
import { sophos } from './sophos.ts'
import { symantec } from './symantec.ts'
import { trellix } from './trellix.ts'
import { trend } from './trend.ts'
import { webroot } from './webroot.ts'

/** Every product with a reader of its own. A new one is a module beside these and a line here. */
export const SENSOR_PRODUCTS: readonly SensorProduct[] = [
  bitdefender,
  carbonBlack,
  cortex,
  cylance,
  defender,
  eset,
  falcon,
  huntress,
  kaspersky,
  malwarebytes,
  securityEssentials,
  sentinelone,
  sophos,
  symantec,
  trellix,
  trend,
  webroot,
]

/** Versions of security sensors and of their content: what changes without a restart, and breaks machines. */
export const sensorsSource: Source<ComponentFact[]> = {
  name: 'sensors',
  read: async (volume) => ({ facts: readSensors(volume), problems: [] }),
}

/**
 * Reads the products named, each with a few file and registry reads: what the agent does when something changes in a
 * sensor's folder, in the two seconds that the machine may have left.
 */
export function readSensorsNamed(volume: Volume, names: ReadonlySet<string>): ComponentFact[] {
  return SENSOR_PRODUCTS.filter(({ name }) => names.has(name)).flatMap((product) => readProduct(volume, product))
}

/** All sensors: looks for every product, and through all services for those that have no reader of their own. */
export function readSensors(volume: Volume): ComponentFact[] {
  const known = SENSOR_PRODUCTS.flatMap((product) => readProduct(volume, product))
  const present = SENSOR_PRODUCTS.filter(({ name }) => known.some((fact) => productNameOf(fact) === name))
  const registrations = new Map<string, ComponentFact>()
  const others = readAnyAntivirus(volume).flatMap(({ component, program }): ComponentFact[] => {
    const product = present.find((one) => isOf(one, component) || (program && isBeside(volume, one, program)))
    // those that run come last
    if (product && component.detail?.['product']) registrations.set(product.name, component)
    if (product) return []
    if (program === undefined && isLeftRegistration(volume, component)) return []
    const id = productOfDriver(component.detail?.['driver'] ?? '')?.id
    const owner = SENSOR_PRODUCTS.find(({ name }) => name === id)
    if (!owner) return [component]
    return present.includes(owner) ? [] : [{ ...component, name: owner.name }]
  })
  const told = known.map((fact) => asRegistered(fact, registrations.get(productNameOf(fact))))
  return [...told, ...new Map(others.map((component) => [component.name, component])).values()]
}

/** `falcon` of `falcon/291`. */
function productNameOf({ name }: ComponentFact): string {
  return name.split('/')[0] ?? name
}

/**
 * What Security Center knows better: that a product does not run, as far as its services tell; and of one whose own traces
 * tell no version, or are those of an edition before, which program is there.
 */
function asRegistered(fact: ComponentFact, registration: ComponentFact | undefined): ComponentFact {
  if (registration === undefined) return fact
  const { product: _title, company: _company, ...registered } = registration.detail ?? {}
  const { state, ...detail } = fact.detail ?? {}
  const isThere = registration.version !== 'unknown'
  if (fact.kind !== 'sensor') return isThere && state === 'leftover' ? { ...fact, detail } : fact
  if (isThere && (fact.version === 'unknown' || state === 'leftover'))
    return { ...fact, version: registration.version, detail: { ...detail, ...registered } }
  return registered['state'] && state === undefined ? { ...fact, detail: { ...detail, ...registered } } : fact
}

/** What a product tells; of one that was removed its content, too, is left over: folders and keys stay behind. */
function readProduct(volume: Volume, product: SensorProduct): ComponentFact[] {
  const facts = product.read(volume)
  if (facts.length === 0 || !isRemoved(volume, product.name, facts)) return facts
  return facts.map((fact) => ({ ...fact, detail: { ...fact.detail, state: 'leftover' } }))
}

const AT_REST = new Set(['switched off', 'stopped'])

/** Whether a product is not meant to run: switched off, put aside by another one, or removed from a whole Windows. */
export function isProductAtRest(volume: Volume, name: string): boolean {
  return volume.once(`at rest: ${name}`, () => {
    const facts = SENSOR_PRODUCTS.find((one) => one.name === name)?.read(volume) ?? []
    const state = facts.find(({ kind }) => kind === 'sensor')?.detail?.['state']
    return (state !== undefined && AT_REST.has(state)) || isRemoved(volume, name, facts)
  })
}

/** @param facts what the product's own reader found */
function isRemoved(volume: Volume, name: string, facts: readonly ComponentFact[]): boolean {
  const sensor = facts.find(({ kind }) => kind === 'sensor')
  if (sensor) return sensor.detail?.['state'] === 'leftover'
  return isWholeWindows(volume) && !readServices(volume).some((service) => isPartOf(volume, name, service))
}

/** A service of a product, or a driver of it whose file is there. */
function isPartOf(volume: Volume, name: string, service: ServiceEntry): boolean {
  if (service.path === undefined) return productOfService(service.name)?.id === name
  const file = service.path.split('/').at(-1) ?? ''
  return productOfDriver(file)?.id === name && volume.stat(service.path) !== undefined
}

/** Whether a program lies in a product's folder: in that of a service of it, or in one that is watched. */
function isBeside(volume: Volume, { services, folders = [] }: SensorProduct, program: string): boolean {
  const own = services.flatMap((name) => {
    const image = textValue(volume.controlSet()?.key(`Services\\${name}`), 'ImagePath')
    const folder = image && volume.placeOf(programOf(image)).split('/').slice(0, -1).join('/')
    // Windows' own folders hold everybody's programs
    return folder && !/^Windows\b/i.test(folder) ? [folder] : []
  })
  return [...own, ...folders].some((folder) => program.toLowerCase().startsWith(`${folder.toLowerCase()}/`))
}

/** The registration, without a program, of a product that has a reader, which finds nothing on a whole Windows. */
function isLeftRegistration(volume: Volume, { detail }: ComponentFact): boolean {
  const title = detail?.['product']
  return title !== undefined && productOfService(title) !== undefined && isWholeWindows(volume)
}

/** Words that several makers use. */
const COMMON_WORDS = new Set([
  'antivirus',
  'black',
  'endpoint',
  'essentials',
  'micro',
  'protection',
  'security',
  'vmware',
])

/** Whether a generic finding is of a product that has told already: a word of the maker's own is in both names. */
function isOf(product: SensorProduct, component: ComponentFact): boolean {
  const words = `${component.name} ${Object.values(component.detail ?? {}).join(' ')}`.toLowerCase()
  const { title, short } = productOf(product.name) ?? { title: product.name, short: '' }
  return `${title} ${short}`
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => word.length > 3 && !COMMON_WORDS.has(word) && words.includes(word))
}
