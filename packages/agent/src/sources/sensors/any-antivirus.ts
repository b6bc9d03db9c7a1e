import { readFileVersion } from '../../formats/pe/version.ts'
import { textValue } from '../../formats/regf/registry.ts'
import { pathInVolume } from '../../volume/paths.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { isInbox } from '../microsoft.ts'
import { isDriver, programOf, readServices, type ServiceEntry } from '../system/services.ts'

const PROVIDERS = 'Microsoft\\Security Center\\Provider\\Av'
/** Microsoft gives altitudes 320000 to 329999 to antivirus filters ("Load order groups and altitudes for minifilters"). */
const ANTIVIRUS_ALTITUDE = { from: 320_000, to: 330_000 } as const
const ANTIVIRUS_GROUP = /^FSFilter Anti-?Virus$/i
const EARLY_LAUNCH_GROUP = /^Early-Launch$/i
const MICROSOFT = /microsoft|windows defender/i
const MAX_PRODUCTS = 16
/** Where it is there, a driver whose file is not was removed without its entry. */
const DRIVERS = 'Windows/System32/drivers'

/**
 * Antivirus of any maker: what registered with Windows' Security Center (workstations only), and file filter drivers that
 * load as antivirus, which is also readable from the SYSTEM hive of a dead disk. Products with a reader of their own are
 * left out by the caller.
 */
export function readAnyAntivirus(volume: Volume): ComponentFact[] {
  const found = [...fromSecurityCenter(volume), ...fromDrivers(volume)]
  return [...new Map(found.map((component) => [component.name, component])).values()].slice(0, MAX_PRODUCTS)
}

/** What was removed may stay registered: an entry whose program is not on the disk is no sensor. */
function fromSecurityCenter(volume: Volume): ComponentFact[] {
  const components: ComponentFact[] = []
  for (const key of volume.registry('SOFTWARE')?.key(PROVIDERS)?.keys() ?? []) {
    const title = textValue(key, 'DISPLAYNAME')
    if (!title || MICROSOFT.test(title)) continue
    const programs = [textValue(key, 'PRODUCTEXE'), textValue(key, 'REPORTINGEXE')]
      .filter((path) => path !== undefined && path !== '')
      .map((path) => pathInVolume(programOf(path ?? '')))
    const program = programs.find((path) => volume.stat(path))
    if (programs.length > 0 && program === undefined) continue
    const { version, company } = fileFacts(volume, program)
    components.push(toComponent(nameOf(title), version, { product: title, ...(company ? { company } : {}) }))
  }
  return components
}

function fromDrivers(volume: Volume): ComponentFact[] {
  return readServices(volume)
    .filter(isAntivirusDriver)
    .flatMap((service) => {
      const file = service.path?.split('/').at(-1)?.toLowerCase() ?? `${service.name.toLowerCase()}.sys`
      if (service.path && volume.stat(DRIVERS) && !volume.stat(service.path)) return []
      const { version, company } = fileFacts(volume, service.path)
      if (company ? MICROSOFT.test(company) : isInbox(file)) return []
      const detail = { driver: file, ...(company ? { company } : {}) }
      return [toComponent(company ? nameOf(company) : service.name.toLowerCase(), version, detail)]
    })
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
