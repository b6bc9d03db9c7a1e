import { numberValue, type RegistryKey, textValue } from '../../formats/regf/registry.ts'
import { pathInVolume } from '../../volume/paths.ts'
import type { Volume } from '../../volume/volume.ts'

/** A service or driver as the registry lists it (HKLM\SYSTEM\CurrentControlSet\Services). */
export interface ServiceEntry {
  name: string
  /** 1 and 2 are kernel and file system drivers, 0x10 and above programs. */
  type: number
  /** 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled. */
  start: number
  group?: string
  /** Path inside the volume; of drivers only. */
  path?: string
  /** Altitude of a file system filter: its place among the others, which Microsoft gives out by purpose. */
  altitude?: number
}

/** Windows has some 700 services; more than this many keys come from damage. */
const MAX_SERVICES = 5_000
const DRIVER_TYPES = new Set([1, 2, 8])
const FILE_SYSTEM_DRIVER = 2
const ON_DEMAND = 3
const START_NAMES = ['boot', 'system', 'automatic', 'on demand', 'disabled']

/** All services and drivers of a volume; read once per volume. */
export function readServices(volume: Volume): ServiceEntry[] {
  return volume.once('services', () => readAll(volume))
}

function readAll(volume: Volume): ServiceEntry[] {
  const services: ServiceEntry[] = []
  for (const key of volume.controlSet()?.key('Services')?.keys() ?? []) {
    if (services.length >= MAX_SERVICES) break
    const service = readService(key)
    if (service) services.push(service)
  }
  return services
}

export function isDriver(service: ServiceEntry): boolean {
  return DRIVER_TYPES.has(service.type)
}

/** `boot`, `system`, `automatic`, `on demand`, `disabled`. */
export function startName(service: ServiceEntry): string {
  return START_NAMES[service.start] ?? 'unknown'
}

/** Asks for each value by its name: on a running Windows every value read costs 0.1 ms, and there are 700 services. */
function readService(key: RegistryKey): ServiceEntry | undefined {
  const type = numberValue(key, 'Type')
  if (type === undefined) return undefined
  const service: ServiceEntry = { name: key.name, type, start: numberValue(key, 'Start') ?? ON_DEMAND }
  if (!isDriver(service)) return service
  const group = textValue(key, 'Group')
  if (group) service.group = group
  const image = textValue(key, 'ImagePath')
  service.path = image ? pathInVolume(programOf(image)) : `Windows/System32/drivers/${key.name}.sys`
  if (type === FILE_SYSTEM_DRIVER) addAltitude(key, service)
  return service
}

function addAltitude(key: RegistryKey, service: ServiceEntry): void {
  const instances = key.key('Instances') ?? key.key('Parameters\\Instances')
  for (const instance of instances?.keys() ?? []) {
    const altitude = Number.parseFloat(textValue(instance, 'Altitude') ?? '')
    if (Number.isFinite(altitude)) service.altitude = altitude
  }
}

/** A service's command line without its arguments; unquoted paths with spaces end at `.exe` or `.sys`. */
export function programOf(commandLine: string): string {
  const quoted = /^"([^"]+)"/.exec(commandLine)?.[1]
  return quoted ?? /^.*?\.(?:exe|sys)(?=\s|$)/i.exec(commandLine)?.[0] ?? commandLine
}
