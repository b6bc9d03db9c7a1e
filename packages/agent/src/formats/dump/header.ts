import { filetimeToMs, isClockTime } from '../filetime.ts'
import type { Problems } from '../problem.ts'
import type { Reader } from '../reader.ts'
import { addressAt, type DumpLayout, layoutOf } from './layout.ts'

/** Processors, winnt.h. */
export const MACHINE = { x86: 0x014c, x64: 0x8664, arm64: 0xaa64 } as const
/** Where CONTEXT keeps the instruction and the stack pointer, by processor. */
const REGISTERS: Partial<Record<number, { instruction: number; stack: number }>> = {
  [MACHINE.x86]: { instruction: 0xb8, stack: 0xc4 },
  [MACHINE.x64]: { instruction: 0xf8, stack: 0x98 },
  [MACHINE.arm64]: { instruction: 0x108, stack: 0x100 },
}
/** Stop code and parameters end here at the latest: less of a header tells nothing. */
const LEAST_HEADER = 0x60
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
/**
 * LiveDumpGeneratedDump in DUMP_FILE_ATTRIBUTES (the debugger's headers). The bit above it, DumpIsGeneratedOffline, is of a
 * crash whose memory the firmware kept over the restart, as Surface and other ARM64 machines do.
 */
const LIVE_ATTRIBUTE = 0x10
/** Least and greatest product type, winnt.h: a client, a domain controller, a server. */
const WORKSTATION = 1
const VER_NT_SERVER = 3
/** Some 136 years: an uptime beyond it is no uptime. */
const MAX_UPTIME_SECONDS = 2 ** 32

type DumpKind = 'full' | 'kernel' | 'header' | 'triage' | 'bitmap-full' | 'bitmap-kernel' | 'automatic' | 'unknown'

/** What the header of a kernel dump says. Addresses are BigInt, as they can be 64 bits wide. */
export interface DumpHeader {
  kind: DumpKind
  /** Bytes of an address: 4 for 32-bit Windows. */
  wordSize: 4 | 8
  machine: number
  build: number
  /** Whether this Windows is a server's, where the dump tells. */
  isServer?: boolean
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
  /** Written while the machine went on running: no crash. */
  isLive?: true
  exceptionCode?: number
  exceptionAddress?: bigint
  /** Instruction and stack pointer of the crashed processor. */
  instruction?: bigint
  stack?: bigint
}

/**
 * Reads the header of a kernel dump of 64-bit (`PAGEDU64`) or 32-bit Windows (`PAGEDUMP`). Everything else is named and
 * refused: a program's dump (`MDMP`, `USERDUMP`), zeros, anything. Of a header that breaks off, its beginning is read.
 */
export function readDumpHeader(reader: Reader, problems: Problems): DumpHeader | undefined {
  const layout = layoutOf(reader)
  const stored = reader.read(0, layout?.headerSize ?? 0x1000)
  if (!layout || stored.length < LEAST_HEADER) {
    const { code, message } = refusalOf(stored, reader)
    problems.add(code, message, reader.name)
    return undefined
  }
  if (stored.length < layout.headerSize) problems.add('dump-truncated', 'The dump ends inside its header', reader.name)
  const head = Buffer.alloc(layout.headerSize, 'PAGE', 'latin1')
  stored.copy(head)
  const at = layout.header
  const parameter = (index: number): bigint => addressAt(head, at.parameters + index * layout.wordSize, layout)
  const header: DumpHeader = {
    kind: DUMP_TYPES[head.readUInt32LE(at.type)] ?? 'unknown',
    wordSize: layout.wordSize,
    machine: head.readUInt32LE(at.machine),
    build: head.readUInt32LE(0x0c),
    processors: head.readUInt32LE(at.processors),
    stopCode: head.readUInt32LE(at.stopCode),
    parameters: [parameter(0), parameter(1), parameter(2), parameter(3)],
    directoryTable: addressAt(head, at.directoryTable, layout),
    moduleList: addressAt(head, at.moduleList, layout),
  }
  const attributes = head.readUInt32LE(at.attributes)
  if (attributes !== UNUSED && (attributes & LIVE_ATTRIBUTE) !== 0) header.isLive = true
  const product = at.productType === undefined ? UNUSED : head.readUInt32LE(at.productType)
  if (product >= WORKSTATION && product <= VER_NT_SERVER) header.isServer = product !== WORKSTATION
  readTimes(head, header, layout)
  readFault(head, header, layout)
  return header
}

function refusalOf(head: Buffer, reader: Reader): { code: string; message: string } {
  const magic = head.toString('latin1', 0, 8)
  if (reader.size === 0) return { code: 'dump-empty', message: 'The dump is an empty file' }
  if (/^PAGEDU(64|MP)/.test(magic)) return { code: 'dump-truncated', message: 'The dump ends inside its header' }
  if (/^(MDMP|USERDU)/.test(magic)) {
    return { code: 'dump-of-a-program', message: 'A dump of a program, not of the kernel' }
  }
  const isZero = head.every((byte) => byte === 0)
  const what = isZero ? 'The dump holds zeros: it was not written to its end' : 'Not a kernel dump'
  return { code: isZero ? 'dump-zeroed' : 'dump-unknown', message: what }
}

function readTimes(head: Buffer, header: DumpHeader, { header: at }: DumpLayout): void {
  const crashedAt = filetimeToMs(head.readBigUInt64LE(at.systemTime))
  const uptimeSeconds = Number(head.readBigUInt64LE(at.upTime) / 10_000n) / 1000
  if (crashedAt !== undefined && isClockTime(crashedAt)) header.crashedAt = crashedAt
  if (head.readUInt32LE(at.upTime) !== UNUSED && uptimeSeconds < MAX_UPTIME_SECONDS) {
    header.uptimeSeconds = uptimeSeconds
  }
  if (header.crashedAt !== undefined && header.uptimeSeconds !== undefined) {
    const bootedAt = header.crashedAt - Math.round(header.uptimeSeconds * 1000)
    if (bootedAt > 0) header.bootedAt = bootedAt
  }
}

/** The exception record and the registers; many stop codes have none and leave these fields unused. */
function readFault(head: Buffer, header: DumpHeader, layout: DumpLayout): void {
  const at = layout.header
  const code = head.readUInt32LE(at.exceptionCode)
  if (code !== UNUSED && code !== 0) {
    header.exceptionCode = code
    header.exceptionAddress = addressAt(head, at.exceptionAddress, layout)
  }
  const registers = REGISTERS[header.machine]
  if (!registers || head.readUInt32LE(at.context) === UNUSED) return
  header.instruction = addressAt(head, at.context + registers.instruction, layout)
  header.stack = addressAt(head, at.context + registers.stack, layout)
}
