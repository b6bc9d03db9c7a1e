import { compareVersions } from '@pumphandle/shared/versions'
import { numberValue, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { programOf, readServices } from '../system/services.ts'
import { findProgram, findProgramOf, plainVersion } from '../system/uninstall.ts'
import { fileVersionAt } from './software.ts'

/** What a product leaves on a machine, by how much it can be trusted to be what runs. */
export interface Traces {
  /** Services whose program is the product itself, not one of its helpers; the one that counts first. */
  services: readonly string[]
  /** The product's own programs inside the volume, where no service names them. */
  programs?: readonly string[]
  /**
   * The programs are modules with numbers of their own, which are not the product's version: only what the product states
   * of itself counts.
   */
  hasOwnNumbers?: boolean
  /** What the registry or a file of the product says of its version, best first; asked only as far as that is needed. */
  stated: readonly (() => string | undefined)[]
  detail?: Record<string, string>
}

/** A dead disk's hives alone hold services too; a whole Windows has several hundred of them. */
const WHOLE_WINDOWS_SERVICES = 100
const ON_DEMAND = 3
const DISABLED = 4
/** Windows' host of many services: its version is Windows'. */
const SHARED_HOST = /(^|\/)svchost\.exe$/i

/**
 * One rule for every product, of which a machine may hold several versions after upgrades: the program that its service runs
 * comes before programs on the disk, and these before what the registry says. Beside the version stands a state where it does
 * not simply run: `switched off` (its services are disabled), `stopped` (Windows starts none by itself) or `leftover` (neither
 * service nor program is there any more).
 */
export function installedSensor(volume: Volume, name: string, traces: Traces): ComponentFact[] {
  const services = traces.services.flatMap((service) => entriesOf(volume, service))
  const enabled = services.filter(({ start }) => start !== DISABLED)
  const version =
    // what is switched off is still there, with a version
    (traces.hasOwnNumbers ? undefined : runningVersion(volume, enabled.length > 0 ? enabled : services, traces)) ??
    firstOf([
      ...traces.stated,
      () => newestOf(services.map(({ program }) => program && findProgramOf(volume, program)?.version)),
      () => (traces.hasOwnNumbers ? undefined : runningVersion(volume, services, traces)),
      () => (services.length > 0 ? UNKNOWN : undefined),
    ])
  if (version === undefined) return []
  const state = stateOf(volume, services, enabled, traces)
  const detail = { ...traces.detail, ...(state && { state }) }
  const component: ComponentFact = { kind: 'sensor', name, version, at: null }
  return [Object.keys(detail).length > 0 ? { ...component, detail } : component]
}

/** It is there, and nothing tells which one. */
const UNKNOWN = 'unknown'

/** What "Apps and features" says of a product; `unknown` where that is no version. */
export function registered(volume: Volume, name: RegExp): () => string | undefined {
  return () => {
    const program = findProgram(volume, name)
    return program && (program.version ?? UNKNOWN)
  }
}

function firstOf(stated: Traces['stated']): string | undefined {
  let found: string | undefined
  for (const ask of stated) {
    const version = ask()
    if (version && version !== UNKNOWN) return plainVersion(version)
    found ??= version || undefined
  }
  return found
}

/** The newest of versions, by the order that everything else uses. */
export function newestOf(versions: readonly (string | undefined)[]): string | undefined {
  return versions
    .filter((version) => version !== undefined && version !== '')
    .sort((a, b) => compareVersions(b ?? '', a ?? ''))[0]
}

interface Entry {
  start: number | undefined
  /** Inside the volume. */
  program: string | undefined
}

/** The services of a name; `*` stands for any end of it, as in `avp.kes.*`. */
function entriesOf(volume: Volume, service: string): Entry[] {
  const services = volume.controlSet()?.key('Services')
  const names = service.endsWith('*')
    ? [...(services?.keys() ?? [])]
        .map(({ name }) => name)
        .filter((name) => name.toLowerCase().startsWith(service.slice(0, -1).toLowerCase()))
    : [service]
  return names.flatMap((name) => {
    const key = services?.key(name)
    if (!key) return []
    const image = textValue(key, 'ImagePath')
    const program = image && volume.placeOf(programOf(image))
    return [{ start: numberValue(key, 'Start'), program: program && SHARED_HOST.test(program) ? undefined : program }]
  })
}

function runningVersion(volume: Volume, services: readonly Entry[], { programs = [] }: Traces): string | undefined {
  for (const { program } of services) {
    const version = program && fileVersionAt(volume, program)
    if (version) return version
  }
  return newestOf(programs.map((program) => fileVersionAt(volume, program)))
}

/** Reads all services, which takes tenths of a second on a running Windows: asked only of a product that seems gone. */
export function isWholeWindows(volume: Volume): boolean {
  return volume.stat('Program Files') !== undefined && readServices(volume).length >= WHOLE_WINDOWS_SERVICES
}

function stateOf(
  volume: Volume,
  services: readonly Entry[],
  enabled: readonly Entry[],
  { programs = [] }: Traces,
): string | undefined {
  const paths = [...services.flatMap(({ program }) => program ?? []), ...programs]
  const isGone = paths.length === 0 ? services.length === 0 : paths.every((path) => volume.isMissing(path))
  if (isGone && isWholeWindows(volume)) return 'leftover'
  if (services.length === 0) return undefined
  if (enabled.length === 0) return 'switched off'
  return enabled.every(({ start }) => start === ON_DEMAND) ? 'stopped' : undefined
}
