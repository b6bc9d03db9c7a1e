import { compareVersions } from '@pumphandle/shared/versions'
import { readFileVersion } from '../../formats/pe/version.ts'
import { numberValue, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { isInbox } from '../microsoft.ts'
import { isDriver, programOf, readServices, type ServiceEntry } from '../system/services.ts'
import { readPrograms } from '../system/uninstall.ts'

const PROVIDERS = 'Microsoft\\Security Center\\Provider\\Av'
/** Microsoft gives altitudes 320000 to 329999 to antivirus filters ("Load order groups and altitudes for minifilters"). */
const ANTIVIRUS_ALTITUDE = { from: 320_000, to: 330_000 } as const
const ANTIVIRUS_GROUP = /^FSFilter Anti-?Virus$/i
const EARLY_LAUNCH_GROUP = /^Early-Launch$/i
const MICROSOFT = /microsoft|windows defender/i
const MAX_PRODUCTS = 16
/** Where it is there, a driver whose file is not was removed without its entry. */
const DRIVERS = 'Windows/System32/drivers'

/** An antivirus of any maker, and where its program lies; undefined where nothing tells. */
export interface AnyAntivirus {
  component: ComponentFact
  program?: string | undefined
}

/**
 * Antivirus of any maker: what registered with Windows' Security Center (workstations only), and file filter drivers that
 * load as antivirus, which is also readable from the SYSTEM hive of a dead disk. Products with a reader of their own are
 * left out by the caller.
 */
export function readAnyAntivirus(volume: Volume): AnyAntivirus[] {
  const registered = fromSecurityCenter(volume)
  const drivers = fromDrivers(volume).filter(({ component }) => !isToldBy(registered, component, volume))
  return [...new Map([...drivers, ...registered].map((one) => [one.component.name, one])).values()].slice(
    0,
    MAX_PRODUCTS,
  )
}

/** Words that many makers' names have, and folders that many programs lie in. */
const NO_BRAND =
  /^(anti|antivirus|co|company|corp|corporation|digital|exe|files?|gmbh|group|inc|international|labs?|limited|llc|ltd|program|security|software|sro|systems?|technolog\w*|virus|windows|x86)$/

/** What makers and products are called by, in lower case. */
function brandsIn(...texts: (string | undefined)[]): Set<string> {
  const words = texts.flatMap((text) => (text ?? '').toLowerCase().split(/[^\p{L}\p{N}]+/u))
  return new Set(words.filter((word) => word.length > 2 && !NO_BRAND.test(word)))
}

/**
 * Whether a driver belongs to a product that registered, which is not told once more by its drivers: they have numbers of
 * their own. They may have a former owner's name, or lie as another maker's engine below the product: that maker has no
 * entry in "Apps and features" then.
 */
function isToldBy(registered: readonly AnyAntivirus[], { detail }: ComponentFact, volume: Volume): boolean {
  const company = detail?.['company']
  if (registered.length === 0 || company === undefined) return false
  const brands = brandsIn(company)
  const isBranded = (...texts: (string | undefined)[]): boolean => [...brandsIn(...texts)].some((it) => brands.has(it))
  const isOne = registered.some(({ component, program }) =>
    isBranded(component.detail?.['product'], component.detail?.['company'], program),
  )
  if (isOne || !registered.some(isOn)) return isOne
  return !readPrograms(volume).some(({ name, publisher }) => isBranded(name, publisher))
}

/** What was removed may stay registered: an entry whose program is not on the disk is no sensor. */
function fromSecurityCenter(volume: Volume): AnyAntivirus[] {
  const found: AnyAntivirus[] = []
  for (const key of volume.registry('SOFTWARE')?.key(PROVIDERS)?.keys() ?? []) {
    const title = textValue(key, 'DISPLAYNAME')
    if (!title || MICROSOFT.test(title)) continue
    const programs = [textValue(key, 'PRODUCTEXE'), textValue(key, 'REPORTINGEXE')]
      // an app of the Store is named by an address
      .filter((path) => path !== undefined && !path.includes('://'))
      .map((path) => volume.placeOf(programOf(path ?? '')))
    const program = programs.find((path) => volume.stat(path))
    if (programs.length > 0 && programs.every((path) => volume.isMissing(path))) continue
    const { version, company } = fileFacts(volume, program)
    const state = STATES[((numberValue(key, 'STATE') ?? ON) >> 12) & 0xf]
    const detail = { product: title, ...(company && { company }), ...(state && { state }) }
    found.push({ component: toComponent(nameOf(title), version, detail), program: program ?? programs[0] })
  }
  // what registered twice runs if one of both says so: an upgrade leaves the registration before it behind, as off
  return found.sort((a, b) => Number(isOn(a)) - Number(isOn(b)))
}

/** Whether Security Center holds it to run. */
function isOn({ component }: AnyAntivirus): boolean {
  return component.detail?.['state'] === undefined
}

/**
 * As Security Center's `productState` has it, and the value beside the registration too (two sources each: of the latter the
 * plugin for this key of airbus-cert/regrippy, and a health check of Security Center that takes its 0x1000 for "on").
 */
const ON = 0x1000
const STATES: Partial<Record<number, string>> = { 0: 'switched off', 2: 'stopped', 3: 'expired' }

/** Of one maker's drivers the filter counts, not the small one that starts before all others; of several, the newest. */
function fromDrivers(volume: Volume): AnyAntivirus[] {
  return readServices(volume)
    .filter(isAntivirusDriver)
    .flatMap((service) => {
      const file = service.path?.split('/').at(-1)?.toLowerCase() ?? `${service.name.toLowerCase()}.sys`
      if (service.path && volume.stat(DRIVERS) && !volume.stat(service.path)) return []
      const { version, company } = fileFacts(volume, service.path)
      if (company ? MICROSOFT.test(company) : isInbox(file)) return []
      const detail = { driver: file, ...(company ? { company } : {}) }
      const component = toComponent(company ? nameOf(company) : service.name.toLowerCase(), version, detail)
      return [{ component, isFilter: !EARLY_LAUNCH_GROUP.test(service.group ?? '') }]
    })
    .sort((a, b) => Number(a.isFilter) - Number(b.isFilter) || byVersion(a, b))
}

function byVersion(a: AnyAntivirus, b: AnyAntivirus): number {
  return compareVersions(a.component.version, b.component.version)
}

function isAntivirusDriver(service: ServiceEntry): boolean {
  if (!isDriver(service) || service.start > 3) return false
  const { altitude, group } = service
  const isFilter = altitude !== undefined && altitude >= ANTIVIRUS_ALTITUDE.from && altitude < ANTIVIRUS_ALTITUDE.to
  return isFilter || ANTIVIRUS_GROUP.test(group ?? '') || EARLY_LAUNCH_GROUP.test(group ?? '')
}

function fileFacts(volume: Volume, path: string | undefined): { version?: string; company?: string } {
  const reader = path === undefined ? undefined : volume.open(path)
  const file = reader && readFileVersion(reader)
  reader?.close()
  return { ...(file ? { version: file.version } : {}), ...(file?.company ? { company: file.company } : {}) }
}

function toComponent(name: string, version: string | undefined, detail: Record<string, string>): ComponentFact {
  return { kind: 'sensor', name, version: version ?? 'unknown', at: null, detail }
}

/** `Avast Software s.r.o.` as `avast-software`; letters of any script stay, or two products would be one. */
function nameOf(title: string): string {
  const plain = title.toLowerCase().replace(/\b(inc|ltd|llc|gmbh|corp|corporation|s\.?r\.?o|co|limited)\b\.?/g, ' ')
  return plain.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'antivirus'
}
