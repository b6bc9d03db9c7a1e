import { filetimeToMs } from '../filetime.ts'
import type { Problems } from '../problem.ts'
import type { Reader } from '../reader.ts'

/** Bytes of DUMP_HEADER64; what follows depends on the type. */
export const HEADER_SIZE = 0x2000
/** 64-bit processors, winnt.h. */
export const MACHINE = { x64: 0x8664, arm64: 0xaa64 } as const
const DUMP_TYPES: Partial<Record<number, DumpKind>> = {
  1: 'full',
  2: 'kernel',
  3: 'header',
  4: 'triage',
  5: 'bitmap-full',
  6: 'bitmap-kernel',
  7: 'automatic',
}
/** Unused fields are filled with the letters PAGE. */
const UNUSED = 0x45474150
/** Some 136 years: an uptime beyond it is no uptime. */
const MAX_UPTIME_SECONDS = 2 ** 32

type DumpKind = 'full' | 'kernel' | 'header' | 'triage' | 'bitmap-full' | 'bitmap-kernel' | 'automatic' | 'unknown'

/** What the header of a kernel dump says. Addresses are 64 bits wide, so they are BigInt. */
export interface DumpHeader {
  kind: DumpKind
  machine: number
  build: number
  processors: number
  stopCode: number
  parameters: [bigint, bigint, bigint, bigint]
  /** Milliseconds since 1970, by the machine's clock. */
  crashedAt?: number
  uptimeSeconds?: number
  bootedAt?: number
  /** Page table of the crashed context, and where the kernel keeps its list of modules. */
  directoryTable: bigint
  moduleList: bigint
  exceptionCode?: number
  exceptionAddress?: bigint
  /** Instruction and stack pointer of the crashed processor. */
  instruction?: bigint
  stack?: bigint
}

/**
 * Reads the header of a 64-bit kernel dump (`PAGEDU64`, DUMP_HEADER64 of the debugger's headers). Everything else is
 * named and refused: a program's minidump (`MDMP`), a 32-bit kernel dump (`PAGEDUMP`), zeros, anything.
 */
export function readDumpHeader(reader: Reader, problems: Problems): DumpHeader | undefined {
  const head = reader.read(0, HEADER_SIZE)
  const refusal = refusalOf(head, reader)
  if (refusal) {
    problems.add(refusal.code, refusal.message, reader.name)
    return undefined
  }
  const machine = head.readUInt32LE(0x30)
  const header: DumpHeader = {
    kind: DUMP_TYPES[head.readUInt32LE(0xf98)] ?? 'unknown',
    machine,
    build: head.readUInt32LE(0x0c),
    processors: head.readUInt32LE(0x34),
    stopCode: head.readUInt32LE(0x38),
    parameters: [u64(head, 0x40), u64(head, 0x48), u64(head, 0x50), u64(head, 0x58)],
    directoryTable: u64(head, 0x10),
    moduleList: u64(head, 0x20),
  }
  readTimes(head, header)
  readFault(head, header)
  return header
}

function refusalOf(head: Buffer, reader: Reader): { code: string; message: string } | undefined {
  const magic = head.toString('latin1', 0, 8)
  if (reader.size === 0) return { code: 'dump-empty', message: 'The dump is an empty file' }
  if (magic.startsWith('MDMP')) return { code: 'dump-of-a-program', message: 'A dump of a program, not of the kernel' }
  if (magic === 'PAGEDUMP') return { code: 'dump-32-bit', message: 'A dump of 32-bit Windows, which is not read' }
  if (magic !== 'PAGEDU64') {
    const isZero = head.every((byte) => byte === 0)
    const what = isZero ? 'The dump holds zeros: it was not written to its end' : 'Not a kernel dump'
    return { code: isZero ? 'dump-zeroed' : 'dump-unknown', message: what }
  }
  if (head.length < HEADER_SIZE) return { code: 'dump-truncated', message: 'The dump ends inside its header' }
  return undefined
}

function readTimes(head: Buffer, header: DumpHeader): void {
  const crashedAt = filetimeToMs(u64(head, 0xfa8))
  const ticks = u64(head, 0x1030)
  const uptimeSeconds = Number(ticks / 10_000n) / 1000
  if (crashedAt !== undefined && crashedAt > 0) header.crashedAt = crashedAt
  if (head.readUInt32LE(0x1030) !== UNUSED && uptimeSeconds < MAX_UPTIME_SECONDS) header.uptimeSeconds = uptimeSeconds
  if (header.crashedAt !== undefined && header.uptimeSeconds !== undefined) {
    const bootedAt = header.crashedAt - Math.round(header.uptimeSeconds * 1000)
    if (bootedAt > 0) header.bootedAt = bootedAt
  }
}

/** The exception record and the registers; many stop codes have none and leave these fields unused. */
function readFault(head: Buffer, header: DumpHeader): void {
  if (head.readUInt32LE(0xf00) !== UNUSED && head.readUInt32LE(0xf00) !== 0) {
    header.exceptionCode = head.readUInt32LE(0xf00)
    header.exceptionAddress = u64(head, 0xf10)
  }
  if (head.readUInt32LE(0x348) === UNUSED) return
  // CONTEXT of x64: Rsp at 0x98, Rip at 0xf8; of ARM64: Sp at 0x100, Pc at 0x108.
  const isArm = header.machine === MACHINE.arm64
  header.instruction = u64(head, 0x348 + (isArm ? 0x108 : 0xf8))
  header.stack = u64(head, 0x348 + (isArm ? 0x100 : 0x98))
}

function u64(bytes: Buffer, offset: number): bigint {
  return bytes.readBigUInt64LE(offset)
}
