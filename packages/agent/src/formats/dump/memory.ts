import type { Problems } from '../problem.ts'
import type { Reader } from '../reader.ts'
import { fileName, utf16 } from '../text.ts'
import type { DumpHeader } from './header.ts'
import { openPhysicalMemory } from './physical.ts'
import { type DumpModule, linkDate, type Triage } from './triage.ts'
import { VirtualMemory } from './virtual.ts'

/** The loader's entry for a module, KLDR_DATA_TABLE_ENTRY. */
const ENTRY = 0x58
/** Below 400 modules are loaded on a server; more come from a list that damage has tied to itself. */
const MAX_MODULES = 1_000
const MAX_PATH_BYTES = 2_048
/** A kernel stack has 24 KiB on x64. */
const STACK_BYTES = 24 * 1024

/**
 * The same facts from a large dump as a small one lists: the loaded modules, by walking the kernel's own list through the
 * page tables, and the stack at the crash. Reads some hundred pages, whatever the dump's size.
 */
export function readMemoryDump(reader: Reader, header: DumpHeader, problems: Problems): Triage {
  const triage: Triage = { modules: [], unloaded: [], stackAddress: 0n, stack: Buffer.alloc(0) }
  const physical = openPhysicalMemory(reader, header, problems)
  if (!physical) return triage
  const memory = new VirtualMemory(physical, header)
  triage.modules = readModules(memory, header.moduleList)
  if (triage.modules.length === 0) {
    problems.add('dump-modules-missing', 'The list of modules cannot be read: only the header is used', reader.name)
  }
  if (header.stack) {
    triage.stackAddress = header.stack
    triage.stack = memory.read(header.stack, STACK_BYTES)
  }
  return triage
}

function readModules(memory: VirtualMemory, head: bigint): DumpModule[] {
  const modules: DumpModule[] = []
  const seen = new Set<bigint>([head])
  let at = pointer(memory.read(head, 8))
  while (at !== undefined && !seen.has(at) && modules.length < MAX_MODULES) {
    seen.add(at)
    const entry = memory.read(at, ENTRY)
    if (entry.length < ENTRY) break
    const length = Math.min(entry.readUInt16LE(0x48), MAX_PATH_BYTES)
    const name = memory.read(entry.readBigUInt64LE(0x50), length)
    const path = utf16(name, 0, name.length)
    const base = entry.readBigUInt64LE(0x30)
    if (path) {
      const builtAt = linkDate(memory.read(base, 0x400))
      const size = entry.readUInt32LE(0x40)
      modules.push({ name: fileName(path), path, base, size, ...(builtAt === undefined ? {} : { builtAt }) })
    }
    at = pointer(entry)
  }
  return modules
}

function pointer(bytes: Buffer): bigint | undefined {
  return bytes.length >= 8 ? bytes.readBigUInt64LE(0) : undefined
}
