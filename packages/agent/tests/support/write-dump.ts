import { msToFiletime } from './ms-to-filetime.ts'

/** A kernel dump to be written. */
export interface WrittenDump {
  stopCode: number
  parameters: [bigint, bigint, bigint, bigint]
  /** Milliseconds since 1970. */
  crashedAt: number
  uptimeSeconds: number
  /** Link dates (ms since 1970): `builtAt` in the module's own header, `listedAt` in the list of drivers. */
  modules: { path: string; base: bigint; size: number; builtAt?: number; listedAt?: number }[]
  /** Return addresses, from the top of the stack down. */
  stack?: bigint[]
  /** 0x8664, 0xaa64, or 0x014c for the layout of 32-bit Windows. */
  machine?: number
  build?: number
  instruction?: bigint
  /** Program that was running; as the kernel does, 14 characters of it are kept. */
  process?: string
  unloaded?: { name: string; start: bigint; end: bigint }[]
  /** DumpType; 4 is the small dump with a list of modules, the others are written as a header alone. */
  type?: number
  /** Written while the machine went on, which 64-bit dumps say in their header. */
  isLive?: boolean
}

const STACK_TOP = 0xffff800000010000n

/** Offsets as the debugger's headers have them: DUMP_HEADER64 and TRIAGE_DUMP64, and their 32-bit kin for x86. */
const WIDE = {
  word: 8,
  magic: 'PAGEDU64',
  header: 0x2000,
  machine: 0x30,
  stopCode: 0x38,
  parameters: 0x40,
  context: 0x348,
  contextEnd: 0xf98,
  type: 0xf98,
  systemTime: 0xfa8,
  upTime: 0x1030,
  blocks: 0x78,
  entry: { size: 0x90, base: 0x38, imageSize: 0x48, date: 0x88 },
  unloaded: { first: 8, size: 0x38, name: 0x10, start: 0x28 },
  process: 0x5a8,
}
const NARROW: typeof WIDE = {
  word: 4,
  magic: 'PAGEDUMP',
  header: 0x1000,
  machine: 0x20,
  stopCode: 0x28,
  parameters: 0x2c,
  context: 0x320,
  contextEnd: 0x820,
  type: 0xf88,
  systemTime: 0xfc0,
  upTime: 0xfb8,
  blocks: 0x60,
  entry: { size: 0x4c, base: 0x1c, imageSize: 0x24, date: 0x48 },
  unloaded: { first: 4, size: 0x28, name: 0x08, start: 0x20 },
  process: 0x17c,
}
const X86 = 0x014c
const INSTRUCTION: Partial<Record<number, number>> = { [X86]: 0xb8, 0x8664: 0xf8, 0xaa64: 0x108 }

/** A kernel dump with the fields that a reader can use; unused ones are filled with PAGE, as Windows does. */
export function writeDump(dump: WrittenDump): Buffer {
  const machine = dump.machine ?? 0x8664
  const at = machine === X86 ? NARROW : WIDE
  const header = Buffer.alloc(at.header, 'PAGE', 'latin1')
  header.write(at.magic, 0, 'latin1')
  header.writeUInt32LE(15, 8)
  header.writeUInt32LE(dump.build ?? 19045, 0x0c)
  writeWord(header, 0x1ad000n, 0x10, at.word)
  header.writeUInt32LE(machine, at.machine)
  header.writeUInt32LE(8, at.machine + 4)
  header.writeUInt32LE(dump.stopCode, at.stopCode)
  for (const [index, value] of dump.parameters.entries()) {
    writeWord(header, value, at.parameters + at.word * index, at.word)
  }
  header.fill(0, at.context, at.contextEnd)
  writeWord(header, dump.instruction ?? 0n, at.context + (INSTRUCTION[machine] ?? 0), at.word)
  header.writeUInt32LE(dump.type ?? 4, at.type)
  header.writeBigUInt64LE(msToFiletime(dump.crashedAt), at.systemTime)
  header.writeBigUInt64LE(BigInt(Math.round(dump.uptimeSeconds * 1e7)), at.upTime)
  if (dump.isLive) header.writeUInt32LE(0x10, 0x1050)
  return (dump.type ?? 4) === 4 ? Buffer.concat([header, triage(dump, at)]) : header
}

function triage({ modules, stack = [], unloaded = [], process: program }: WrittenDump, layout: typeof WIDE): Buffer {
  const { word, entry } = layout
  const fields = Buffer.alloc(0x80)
  const parts: Buffer[] = [fields]
  let at = layout.header + fields.length
  const place = (bytes: Buffer): number => {
    const offset = at
    parts.push(bytes)
    at += bytes.length
    return offset
  }

  const stackBytes = Buffer.alloc(word * stack.length)
  for (const [index, address] of stack.entries()) writeWord(stackBytes, address, word * index, word)
  fields.writeUInt32LE(place(stackBytes), 0x28)
  fields.writeUInt32LE(stackBytes.length, 0x2c)
  writeWord(fields, word === 8 ? STACK_TOP : 0x80010000n, 0x48, word)
  fields.writeUInt32LE(place(unloadedList(unloaded, layout)), 0x18)

  if (program !== undefined) {
    const eprocess = Buffer.alloc(0xa00)
    eprocess.write(program.slice(0, 14), layout.process, 'latin1')
    fields.writeUInt32LE(place(eprocess), 0x20)
  }

  const names = modules.map(({ path }) => place(dumpString(path)))
  const entries = Buffer.alloc(entry.size * modules.length)
  for (const [index, { base, size, listedAt = 0 }] of modules.entries()) {
    const start = entry.size * index
    entries.writeUInt32LE(names[index] ?? 0, start)
    writeWord(entries, base, start + entry.base, word)
    entries.writeUInt32LE(size, start + entry.imageSize)
    entries.writeUInt32LE(Math.floor(listedAt / 1000), start + entry.date)
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
  fields.writeUInt32LE(place(blocks), layout.blocks)
  fields.writeUInt32LE(dated.length, layout.blocks + 4)
  fields.writeUInt32LE(place(Buffer.from('TRGD', 'latin1')), 0x08)
  fields.writeUInt32LE(at, 0x04)
  return Buffer.concat(parts)
}

function writeWord(bytes: Buffer, value: bigint, offset: number, word: number): void {
  if (word === 8) bytes.writeBigUInt64LE(value, offset)
  else bytes.writeUInt32LE(Number(value), offset)
}

function dumpString(text: string): Buffer {
  const bytes = Buffer.alloc(4 + 2 * text.length + 2)
  bytes.writeUInt32LE(text.length, 0)
  bytes.write(text, 4, 'utf16le')
  return bytes
}

function unloadedList(unloaded: NonNullable<WrittenDump['unloaded']>, layout: typeof WIDE): Buffer {
  const { first, size, name: nameAt, start: startAt } = layout.unloaded
  const bytes = Buffer.alloc(first + size * unloaded.length)
  bytes.writeUInt32LE(unloaded.length, 0)
  for (const [index, { name, start, end }] of unloaded.entries()) {
    const at = first + size * index
    bytes.write(name.slice(0, 11), at + nameAt, 'utf16le')
    writeWord(bytes, start, at + startAt, layout.word)
    writeWord(bytes, end, at + startAt + layout.word, layout.word)
  }
  return bytes
}
