import type { Problems } from '../problem.ts'
import type { Reader } from '../reader.ts'
import { fileName, utf16 } from '../text.ts'
import { addressAt, type DumpLayout, layoutOf } from './layout.ts'

/** A module that was loaded when Windows stopped. */
export interface DumpModule {
  /** File name without folder, e.g. `csagent.sys`. */
  name: string
  /** As the kernel knew it, e.g. `\SystemRoot\System32\drivers\CrowdStrike\csagent.sys`. */
  path: string
  base: bigint
  size: number
  /** Link date, ms since 1970, where the dump tells; of reproducible builds a hash instead. */
  builtAt?: number
}

interface UnloadedDriver {
  name: string
  start: bigint
  end: bigint
}

/** What a triage dump (type 4, "small memory dump") holds behind its header. */
export interface Triage {
  modules: DumpModule[]
  /** Drivers that were unloaded before; their names are cut to 12 characters. */
  unloaded: UnloadedDriver[]
  /** The kernel stack of the crashed thread, from its top; [address, bytes]. */
  stackAddress: bigint
  stack: Buffer
  /** Program that was running, cut to 14 characters as the kernel keeps it, e.g. `System`. */
  process?: string
}

/** Some 250 drivers are loaded on a PC, below 400 on a server; more come from a damaged count. */
const MAX_DRIVERS = 2_000
const MAX_PATH_CHARACTERS = 1_024
/** 250 paths of 70 characters take 35 kB. */
const MAX_POOL = 512 * 1024
/** Kernel stacks are 24 KiB on x64, with expansion at most 96. */
const MAX_STACK = 128 * 1024
/** Windows keeps the last 50. */
const MAX_UNLOADED = 64
/** EPROCESS has some 2.5 kB. */
const PROCESS_BYTES = 0xc00
/** Data blocks tell which memory the dump carries; headers of modules are among them. */
const MAX_BLOCKS = 8_192

/** Reads TRIAGE_DUMP64 or TRIAGE_DUMP32 (the debugger's headers; field offsets checked on x64 and ARM64 dumps). */
export function readTriage(reader: Reader, problems: Problems): Triage {
  const triage: Triage = { modules: [], unloaded: [], stackAddress: 0n, stack: Buffer.alloc(0) }
  const layout = layoutOf(reader)
  const head = layout ? reader.read(layout.headerSize, 0x80) : Buffer.alloc(0)
  if (!layout || head.length < 0x80) {
    problems.add('dump-truncated', 'The small dump ends before its list of drivers', reader.name)
    return triage
  }
  const validAt = head.readUInt32LE(0x08)
  if (reader.read(validAt, 4).toString('latin1') !== 'TRGD') {
    problems.add('dump-truncated', 'The small dump lacks its end mark: it was not written completely', reader.name)
  }
  triage.modules = readModules(reader, head, layout, problems)
  triage.unloaded = readUnloaded(reader, head.readUInt32LE(0x18), layout)
  triage.stack = reader.read(head.readUInt32LE(0x28), Math.min(head.readUInt32LE(0x2c), MAX_STACK))
  triage.stackAddress = addressAt(head, 0x48, layout)
  const processAt = head.readUInt32LE(0x20)
  const process = processAt < layout.headerSize ? undefined : processName(reader.read(processAt, PROCESS_BYTES), layout)
  if (process) triage.process = process
  addLinkDates(reader, head, layout, triage.modules)
  return triage
}

function readModules(reader: Reader, head: Buffer, layout: DumpLayout, problems: Problems): DumpModule[] {
  const count = head.readUInt32LE(0x34)
  const { entry } = layout
  const list = reader.read(head.readUInt32LE(0x30), Math.min(count, MAX_DRIVERS) * entry.size)
  const pool = openPool(reader, head)
  const modules: DumpModule[] = []
  for (let at = 0; at + entry.size <= list.length; at += entry.size) {
    const nameAt = list.readUInt32LE(at)
    const path = nameAt < layout.headerSize ? undefined : readPath(pool, nameAt)
    if (!path) continue
    const base = addressAt(list, at + entry.base, layout)
    const size = list.readUInt32LE(at + entry.imageSize)
    const seconds = list.readUInt32LE(at + entry.linkDate)
    modules.push({ name: fileName(path), path, base, size, ...(seconds === 0 ? {} : { builtAt: seconds * 1000 }) })
  }
  if (modules.length < count) {
    const message = `${count - modules.length} of ${count} drivers in the dump cannot be read`
    problems.add('dump-drivers-damaged', message, reader.name)
  }
  return modules
}

/** The names of all drivers lie together: one read instead of one for each. */
function openPool(reader: Reader, head: Buffer): Pick<Reader, 'read'> {
  const start = head.readUInt32LE(0x38)
  const pool = reader.read(start, Math.min(head.readUInt32LE(0x3c), MAX_POOL))
  return {
    read: (offset, length) => {
      const at = offset - start
      const isInside = at >= 0 && at + length <= pool.length
      return isInside ? pool.subarray(at, at + length) : reader.read(offset, length)
    },
  }
}

/** DUMP_STRING: a count of characters, then UTF-16. */
function readPath(pool: Pick<Reader, 'read'>, offset: number): string | undefined {
  const head = pool.read(offset, 4)
  if (head.length < 4) return undefined
  const characters = head.readUInt32LE(0)
  if (characters === 0 || characters > MAX_PATH_CHARACTERS) return undefined
  const bytes = pool.read(offset + 4, 2 * characters)
  return utf16(bytes, 0, bytes.length) || undefined
}

function readUnloaded(reader: Reader, offset: number, layout: DumpLayout): UnloadedDriver[] {
  if (offset < layout.headerSize) return []
  const { first, size, name: nameAt, start, end } = layout.unloaded
  const head = reader.read(offset, first)
  if (head.length < first) return []
  const list = reader.read(offset + first, Math.min(head.readUInt32LE(0), MAX_UNLOADED) * size)
  const drivers: UnloadedDriver[] = []
  for (let at = 0; at + size <= list.length; at += size) {
    const name = utf16(list, at + nameAt, 24) // 12 characters are kept of a name
    if (!name) continue
    drivers.push({ name, start: addressAt(list, at + start, layout), end: addressAt(list, at + end, layout) })
  }
  return drivers
}

/**
 * ImageFileName of EPROCESS: fifteen bytes whose place differs between builds of Windows (0x2e0 to 0x5a8 in those seen), so
 * the one place that holds a name is taken, and none where there are several.
 */
function processName(process: Buffer, { process: { first, step } }: DumpLayout): string | undefined {
  const names: string[] = []
  for (let at = first; at + 15 <= process.length; at += step) {
    const name = /^([A-Za-z0-9][\w .()+-]{2,13})\0+$/.exec(process.toString('latin1', at, at + 15))?.[1]
    if (!name) continue
    names.push(name)
    at += 16 - step // the rest of a long name looks like another
  }
  return names.length === 1 ? names[0] : undefined
}

/** The list of drivers has their link dates; a module's own header, of which a small dump carries some, is surer. */
function addLinkDates(reader: Reader, head: Buffer, { triage }: DumpLayout, modules: DumpModule[]): void {
  const byBase = new Map(modules.map((module) => [module.base, module]))
  const count = Math.min(head.readUInt32LE(triage.dataBlockCount), MAX_BLOCKS)
  const blocks = reader.read(head.readUInt32LE(triage.dataBlocks), 16 * count)
  for (let at = 0; at + 16 <= blocks.length; at += 16) {
    const module = byBase.get(blocks.readBigUInt64LE(at))
    if (!module) continue
    const builtAt = linkDate(reader.read(blocks.readUInt32LE(at + 8), Math.min(blocks.readUInt32LE(at + 12), 4096)))
    if (builtAt !== undefined) module.builtAt = builtAt
  }
}

/** TimeDateStamp of a PE header in memory, ms since 1970. */
export function linkDate(image: Buffer): number | undefined {
  if (image.length < 0x40 || image.toString('latin1', 0, 2) !== 'MZ') return undefined
  const at = image.readUInt32LE(0x3c)
  if (at + 12 > image.length || image.toString('latin1', at, at + 4) !== 'PE\0\0') return undefined
  return image.readUInt32LE(at + 8) * 1000
}
