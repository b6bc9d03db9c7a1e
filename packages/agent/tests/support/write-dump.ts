import { msToFiletime } from '../../src/formats/filetime.ts'

/** A kernel dump to be written. */
export interface WrittenDump {
  stopCode: number
  parameters: [bigint, bigint, bigint, bigint]
  /** Milliseconds since 1970. */
  crashedAt: number
  uptimeSeconds: number
  modules: { path: string; base: bigint; size: number; builtAt?: number }[]
  /** Return addresses, from the top of the stack down. */
  stack?: bigint[]
  machine?: number
  build?: number
  instruction?: bigint
  /** Program that was running; as the kernel does, 14 characters of it are kept. */
  process?: string
  unloaded?: { name: string; start: bigint; end: bigint }[]
  /** DumpType; 4 is the small dump with a list of modules, the others are written as a header alone. */
  type?: number
}

const HEADER = 0x2000
const ENTRY = 0x90
const STACK_TOP = 0xffff800000010000n

/** `PAGEDU64` with the fields that a reader can use; unused ones are filled with PAGE, as Windows does. */
export function writeDump(dump: WrittenDump): Buffer {
  const header = Buffer.alloc(HEADER, 'PAGE', 'latin1')
  header.write('PAGEDU64', 0, 'latin1')
  header.writeUInt32LE(15, 8)
  header.writeUInt32LE(dump.build ?? 19045, 0x0c)
  header.writeBigUInt64LE(0x1ad000n, 0x10)
  header.writeUInt32LE(dump.machine ?? 0x8664, 0x30)
  header.writeUInt32LE(8, 0x34)
  header.writeUInt32LE(dump.stopCode, 0x38)
  for (const [index, value] of dump.parameters.entries()) header.writeBigUInt64LE(value, 0x40 + 8 * index)
  const isArm = dump.machine === 0xaa64
  header.fill(0, 0x348, 0xf00)
  header.writeBigUInt64LE(dump.instruction ?? 0n, 0x348 + (isArm ? 0x108 : 0xf8))
  header.fill(0, 0xf00, 0xf98)
  header.writeUInt32LE(dump.type ?? 4, 0xf98)
  header.writeBigUInt64LE(msToFiletime(dump.crashedAt), 0xfa8)
  header.writeBigUInt64LE(BigInt(Math.round(dump.uptimeSeconds * 1e7)), 0x1030)
  return (dump.type ?? 4) === 4 ? Buffer.concat([header, triage(dump)]) : header
}

function triage({ modules, stack = [], unloaded = [], process: program }: WrittenDump): Buffer {
  const fields = Buffer.alloc(0x80)
  const parts: Buffer[] = [fields]
  let at = HEADER + fields.length
  const place = (bytes: Buffer): number => {
    const offset = at
    parts.push(bytes)
    at += bytes.length
    return offset
  }

  const stackBytes = Buffer.alloc(8 * stack.length)
  for (const [index, address] of stack.entries()) stackBytes.writeBigUInt64LE(address, 8 * index)
  fields.writeUInt32LE(place(stackBytes), 0x28)
  fields.writeUInt32LE(stackBytes.length, 0x2c)
  fields.writeBigUInt64LE(STACK_TOP, 0x48)
  fields.writeUInt32LE(place(unloadedList(unloaded)), 0x18)

  if (program !== undefined) {
    const eprocess = Buffer.alloc(0xa00)
    eprocess.write(program.slice(0, 14), 0x5a8, 'latin1')
    fields.writeUInt32LE(place(eprocess), 0x20)
  }

  const names = modules.map(({ path }) => place(dumpString(path)))
  const entries = Buffer.alloc(ENTRY * modules.length)
  for (const [index, { base, size }] of modules.entries()) {
    entries.writeUInt32LE(names[index] ?? 0, ENTRY * index)
    entries.writeBigUInt64LE(base, ENTRY * index + 0x38)
    entries.writeUInt32LE(size, ENTRY * index + 0x48)
  }
  fields.writeUInt32LE(place(entries), 0x30)
  fields.writeUInt32LE(modules.length, 0x34)

  const dated = modules.filter(({ builtAt }) => builtAt !== undefined)
  const blocks = Buffer.alloc(16 * dated.length)
  for (const [index, { base, builtAt = 0 }] of dated.entries()) {
    const image = Buffer.alloc(0x100)
    image.write('MZ', 0, 'latin1')
    image.writeUInt32LE(0x80, 0x3c)
    image.write('PE\0\0', 0x80, 'latin1')
    image.writeUInt32LE(Math.floor(builtAt / 1000), 0x88)
    blocks.writeBigUInt64LE(base, 16 * index)
    blocks.writeUInt32LE(place(image), 16 * index + 8)
    blocks.writeUInt32LE(image.length, 16 * index + 12)
  }
  fields.writeUInt32LE(place(blocks), 0x78)
  fields.writeUInt32LE(dated.length, 0x7c)
  fields.writeUInt32LE(place(Buffer.from('TRGD', 'latin1')), 0x08)
  fields.writeUInt32LE(at, 0x04)
  return Buffer.concat(parts)
}

function dumpString(text: string): Buffer {
  const bytes = Buffer.alloc(4 + 2 * text.length + 2)
  bytes.writeUInt32LE(text.length, 0)
  bytes.write(text, 4, 'utf16le')
  return bytes
}

function unloadedList(unloaded: NonNullable<WrittenDump['unloaded']>): Buffer {
  const bytes = Buffer.alloc(8 + 0x38 * unloaded.length)
  bytes.writeBigUInt64LE(BigInt(unloaded.length), 0)
  for (const [index, { name, start, end }] of unloaded.entries()) {
    bytes.write(name.slice(0, 11), 8 + 0x38 * index + 0x10, 'utf16le')
    bytes.writeBigUInt64LE(start, 8 + 0x38 * index + 0x28)
    bytes.writeBigUInt64LE(end, 8 + 0x38 * index + 0x30)
  }
  return bytes
}
