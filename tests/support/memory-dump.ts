/** Offsets of a 64-bit kernel dump's header (wdm.h of the debugging tools: DUMP_HEADER64). */
const AT = {
  machine: 0x30,
  bugCheckCode: 0x38,
  parameters: 0x40,
  type: 0xf98,
  systemTime: 0xfa8,
  uptime: 0x1030,
} as const
const HEADER_BYTES = 0x2000
const AMD64 = 0x8664
/** Between 1601 and 1970, in milliseconds. */
const EPOCH_MS = 11_644_473_600_000

/** The header of a full kernel dump of a crash at that time: PAGE_FAULT_IN_NONPAGED_AREA after ten minutes of uptime. */
export function memoryDump(crashedAt: number): Buffer {
  const dump = Buffer.alloc(HEADER_BYTES)
  dump.write('PAGEDU64', 'latin1')
  dump.writeUInt32LE(15, 8)
  dump.writeUInt32LE(19_045, 12)
  dump.writeUInt32LE(AMD64, AT.machine)
  dump.writeUInt32LE(0x50, AT.bugCheckCode)
  for (const [index, value] of [0xffff8000_12345678n, 0n, 0xfffff800_11223344n, 2n].entries())
    dump.writeBigUInt64LE(value, AT.parameters + index * 8)
  dump.writeUInt32LE(1, AT.type)
  dump.writeBigUInt64LE(BigInt(crashedAt + EPOCH_MS) * 10_000n, AT.systemTime)
  dump.writeBigUInt64LE(600n * 10_000_000n, AT.uptime)
  return dump
}
