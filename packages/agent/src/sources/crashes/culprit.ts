import { POWER_BUTTON_HELD } from '@pumphandle/shared/stop-codes'
import type { DumpHeader } from '../../formats/dump/header.ts'
import type { DumpModule, Triage } from '../../formats/dump/triage.ts'
import { isCore, type ModuleFiles } from '../microsoft.ts'

/** The driver held to be at fault, and why. */
export interface Culprit {
  driver: string
  version?: string
  company?: string
  /** Link date, ISO 8601, where it is one (reproducible builds carry a hash instead). */
  builtAt?: string
  reason: string
  confidence: 'high' | 'medium' | 'low'
}

/** A place inside a module, e.g. `csagent.sys` at 0xe14ed. */
export interface ModulePlace {
  module: DumpModule
  offset: bigint
}

/**
 * Which parameter holds the address of the instruction at fault, by stop code (Microsoft's Bug Check Code Reference).
 * Counting from 0.
 */
const FAULTING_PARAMETER: Partial<Record<number, number>> = {
  0x0a: 3,
  0x1e: 1,
  0x3b: 1,
  0x50: 2,
  0x7e: 1,
  0x8e: 1,
  0xc5: 3,
  0xcb: 0,
  0xcc: 2,
  0xcd: 2,
  0xce: 2,
  0xd0: 3,
  0xd1: 3,
  0xd3: 3,
  0xd4: 3,
  0xd5: 2,
  0xd6: 2,
  0x116: 1,
  0x117: 1,
}
/** Stops that a person asked for, and faults of hardware: no driver is to blame, whatever lies on the stack. */
const NOBODY = new Set([0xe2, POWER_BUTTON_HELD, 0xdeaddead, 0x9c, 0x124, 0x80, 0x12b, 0x101])
/**
 * Stops that another thread than the one at fault, a disk or the firmware brings about: what lies on the stack has nothing to
 * do with it. A power transition that took too long (9F), pages that could not be read (77, 7A), a boot volume that is not
 * there (7B, ED), the firmware's tables (A5), a process that Windows cannot do without that ended (EF, F4, C000021A),
 * and the kernel's own check of itself (109).
 */
const NOT_ON_STACK = new Set([0x9f, 0x77, 0x7a, 0x7b, 0xed, 0xa5, 0xef, 0xf4, 0xc000021a, 0x109])
/** Stops whose context is that of the instruction at fault, so that the stack above it is the driver's own. */
const CONTEXT_IS_FAULT = new Set([0x7e, 0x8e, 0x1e, 0x3b, 0x50, 0xa, 0xd1, 0x139, 0x7f, 0xfc, 0xbe])
/** Return addresses this near the top belong to the calls at fault; deeper ones are often left over from earlier calls. */
const NEAR_TOP = 24
/** Link dates outside these years are hashes of reproducible builds. */
const EARLIEST_LINK_MS = Date.UTC(1995, 0, 1)
const LATE_LINK_MS = 7 * 86_400_000
const VARIANT_M = 0x10000000
/** Above are status codes (C000021A) and DEADDEAD, which have no variants. */
const FIRST_STATUS = 0xc0000000

/** The address of the instruction at fault, as far as the stop code tells: undefined for stops without one. */
export function faultingAddress(header: DumpHeader): bigint | undefined {
  const code = baseCode(header.stopCode)
  const index = FAULTING_PARAMETER[code]
  const parameter = index === undefined ? undefined : header.parameters[index]
  if (parameter) return parameter
  if (CONTEXT_IS_FAULT.has(code)) return header.instruction ?? header.exceptionAddress
  return undefined
}

/** The module that an address lies in. */
export function placeOf(address: bigint | undefined, modules: readonly DumpModule[]): ModulePlace | undefined {
  if (address === undefined) return undefined
  const module = modules.find(({ base, size }) => address >= base && address < base + BigInt(size))
  return module && { module, offset: address - module.base }
}

/**
 * The culprit of a stop: the driver at the faulting address; else, where that is the kernel itself or nothing, the driver
 * nearest the top of the stack that is not Microsoft's; else, with low confidence, one of Microsoft's. Undefined where a
 * person or hardware stopped Windows, or nothing points anywhere: none is better than a guess.
 */
export function findCulprit(header: DumpHeader, triage: Triage, files: ModuleFiles): Culprit | undefined {
  const code = baseCode(header.stopCode)
  if (NOBODY.has(code) || NOT_ON_STACK.has(code)) return undefined
  const fault = placeOf(faultingAddress(header), triage.modules)
  if (fault && !isCore(fault.module.name)) {
    const reason = `the faulting instruction lies in it, at ${fault.module.name}+0x${fault.offset.toString(16)}`
    return describe(fault.module, reason, 'high', header, files)
  }
  const unloaded = unloadedAt(header, triage)
  if (unloaded) return { driver: unloaded, reason: 'code of this driver ran after it was unloaded', confidence: 'high' }
  return fromStack(header, triage, files)
}

function unloadedAt(header: DumpHeader, triage: Triage): string | undefined {
  const address = faultingAddress(header)
  if (!address) return undefined
  return triage.unloaded.find(({ start, end }) => address >= start && address < end)?.name.toLowerCase()
}

function fromStack(header: DumpHeader, triage: Triage, files: ModuleFiles): Culprit | undefined {
  const places = header.wordSize === 4 ? narrowStackPlaces(triage) : stackPlaces(triage)
  const foreign = places.findIndex(({ module }) => !files.isMicrosoft(module))
  const found = places[foreign]
  if (found) {
    const isNear = foreign < NEAR_TOP
    const where = isNear ? 'near the top of the stack' : 'deep in the stack, perhaps left over from an earlier call'
    const reason = `the first driver not made by Microsoft, ${where}, at ${found.module.name}+0x${found.offset.toString(16)}`
    return describe(found.module, reason, isNear ? 'medium' : 'low', header, files)
  }
  const own = places.find(({ module }) => !isCore(module.name))
  if (!own) return undefined
  const reason = `no driver of another maker is on the stack; this one of Windows is nearest its top`
  return describe(own.module, reason, 'low', header, files)
}

/** Values on the stack that lie in modules. Upper halves are compared as plain numbers first: BigInt is slow at start. */
function stackPlaces(triage: Triage): ModulePlace[] {
  const halves = triage.modules.map(({ base }) => Number(base >> 32n))
  const lowest = halves.reduce((least, half) => Math.min(least, half), Number.POSITIVE_INFINITY)
  const highest = halves.reduce((most, half) => Math.max(most, half), 0) + 1 // a module may reach over its half
  const places: ModulePlace[] = []
  for (let at = 0; at + 8 <= triage.stack.length; at += 8) {
    const half = triage.stack.readUInt32LE(at + 4)
    if (half < lowest || half > highest) continue
    const place = placeOf(triage.stack.readBigUInt64LE(at), triage.modules)
    if (place && place.offset > 0n) places.push(place)
  }
  return places
}

/** As stackPlaces, of 32-bit Windows. */
function narrowStackPlaces({ modules, stack }: Triage): ModulePlace[] {
  const lowest = modules.reduce((least, { base }) => Math.min(least, Number(base)), Number.POSITIVE_INFINITY)
  const places: ModulePlace[] = []
  for (let at = 0; at + 4 <= stack.length; at += 4) {
    const value = stack.readUInt32LE(at)
    const place = value > lowest ? placeOf(BigInt(value), modules) : undefined
    if (place && place.offset > 0n) places.push(place)
  }
  return places
}

function describe(
  module: DumpModule,
  reason: string,
  confidence: Culprit['confidence'],
  header: DumpHeader,
  files: ModuleFiles,
): Culprit {
  const file = files.version(module)
  const culprit: Culprit = { driver: module.name.toLowerCase(), reason, confidence }
  if (file) culprit.version = file.version
  if (file?.company) culprit.company = file.company
  const builtAt = module.builtAt ?? file?.builtAt
  const latest = (header.crashedAt ?? Number.POSITIVE_INFINITY) + LATE_LINK_MS
  if (builtAt !== undefined && builtAt >= EARLIEST_LINK_MS && builtAt <= latest) {
    culprit.builtAt = new Date(builtAt).toISOString()
  }
  return culprit
}

function baseCode(code: number): number {
  return code >= FIRST_STATUS ? code : (code & ~VARIANT_M) >>> 0
}
