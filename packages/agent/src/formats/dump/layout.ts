import type { Reader } from '../reader.ts'

/**
 * Where the fields of a kernel dump lie: DUMP_HEADER64 and TRIAGE_DUMP64 of the debugger's headers, or their 32-bit kin.
 * Offsets in `header` count from the file's beginning, those in `entry` and `unloaded` from an entry's.
 */
export interface DumpLayout {
  /** Bytes of an address. */
  wordSize: 4 | 8
  /** Bytes of the header; what follows depends on the dump's type. */
  headerSize: number
  header: {
    directoryTable: number
    moduleList: number
    machine: number
    processors: number
    stopCode: number
    /** Four of them, each of the width of an address. */
    parameters: number
    context: number
    exceptionCode: number
    exceptionAddress: number
    type: number
    systemTime: number
    upTime: number
    /** DUMP_FILE_ATTRIBUTES. */
    attributes: number
    /** VER_NT_WORKSTATION, VER_NT_DOMAIN_CONTROLLER or VER_NT_SERVER; its place in 32-bit dumps was not seen. */
    productType?: number
  }
  /** The small dump's own header: only these fields differ between the two. */
  triage: { dataBlocks: number; dataBlockCount: number }
  /** DUMP_DRIVER_ENTRY: the offset of the name and a copy of the loader's entry (KLDR_DATA_TABLE_ENTRY). */
  entry: { size: number; base: number; imageSize: number; linkDate: number }
  /** DUMP_UNLOADED_DRIVERS: a count, then entries with the name in place. */
  unloaded: { first: number; size: number; name: number; start: number; end: number }
  /** Where names can stand in the kernel's object of a process. */
  process: { first: number; step: number }
}

const WIDE: DumpLayout = {
  wordSize: 8,
  headerSize: 0x2000,
  header: {
    directoryTable: 0x10,
    moduleList: 0x20,
    machine: 0x30,
    processors: 0x34,
    stopCode: 0x38,
    parameters: 0x40,
    context: 0x348,
    exceptionCode: 0xf00,
    exceptionAddress: 0xf10,
    type: 0xf98,
    systemTime: 0xfa8,
    upTime: 0x1030,
    attributes: 0x1050,
    productType: 0x1040,
  },
  triage: { dataBlocks: 0x78, dataBlockCount: 0x7c },
  entry: { size: 0x90, base: 0x38, imageSize: 0x48, linkDate: 0x88 },
  unloaded: { first: 8, size: 0x38, name: 0x10, start: 0x28, end: 0x30 },
  process: { first: 0x180, step: 8 },
}

/** No 32-bit dump was at hand: these offsets are those of the debugger's headers, which its reader shares. */
const NARROW: DumpLayout = {
  wordSize: 4,
  headerSize: 0x1000,
  header: {
    directoryTable: 0x10,
    moduleList: 0x18,
    machine: 0x20,
    processors: 0x24,
    stopCode: 0x28,
    parameters: 0x2c,
    context: 0x320,
    exceptionCode: 0x7d0,
    exceptionAddress: 0x7dc,
    type: 0xf88,
    systemTime: 0xfc0,
    upTime: 0xfb8,
    attributes: 0x8a0,
  },
  triage: { dataBlocks: 0x60, dataBlockCount: 0x64 },
  entry: { size: 0x4c, base: 0x1c, imageSize: 0x24, linkDate: 0x48 },
  unloaded: { first: 4, size: 0x28, name: 0x08, start: 0x20, end: 0x24 },
  process: { first: 0x100, step: 4 },
}

/** By the file's first eight bytes; undefined if they are not a kernel dump's. */
export function layoutOf(reader: Reader): DumpLayout | undefined {
  const magic = reader.read(0, 8).toString('latin1')
  if (magic === 'PAGEDU64') return WIDE
  return magic === 'PAGEDUMP' ? NARROW : undefined
}

/** An address, of the layout's width. */
export function addressAt(bytes: Buffer, offset: number, { wordSize }: DumpLayout): bigint {
  return wordSize === 8 ? bytes.readBigUInt64LE(offset) : BigInt(bytes.readUInt32LE(offset))
}
