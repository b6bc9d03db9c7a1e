import { type WrittenDump, writeDump } from './write-dump.ts'

const PAGE = 4_096
/** Numbers of the physical pages of the tables, and of the first page for data. */
const ROOT = 16
const FIRST_DATA = 64

export interface MemoryDumpOptions {
  /** 1: runs of pages; 5, 6, 7: a bitmap of pages; 2: the older bitmap of Windows 7. */
  type: 1 | 2 | 5 | 6 | 7
}

/** A large dump with page tables, the kernel's list of modules and a stack, all within a few hundred kilobytes. */
export function writeMemoryDump(dump: Omit<WrittenDump, 'type'>, { type }: MemoryDumpOptions): Buffer {
  const memory = new Memory()
  const stackAt = 0xffff800000100000n
  const stack = Buffer.alloc(8 * (dump.stack?.length ?? 0))
  for (const [index, address] of (dump.stack ?? []).entries()) stack.writeBigUInt64LE(address, 8 * index)
  memory.put(stackAt, stack)
  const list = 0xfffff80600000000n
  const entryAt = (index: number): bigint => list + 0x1000n + BigInt(index) * 0x1000n
  const count = dump.modules.length
  memory.put(list, u64(count === 0 ? list : entryAt(0)))
  for (const [index, { path, base, size }] of dump.modules.entries()) {
    const entry = Buffer.alloc(0x58)
    entry.writeBigUInt64LE(index + 1 < count ? entryAt(index + 1) : list, 0)
    entry.writeBigUInt64LE(base, 0x30)
    entry.writeUInt32LE(size, 0x40)
    entry.writeUInt16LE(2 * path.length, 0x48)
    entry.writeBigUInt64LE(entryAt(index) + 0x100n, 0x50)
    memory.put(entryAt(index), entry)
    memory.put(entryAt(index) + 0x100n, Buffer.from(path, 'utf16le'))
  }
  const header = writeDump({ ...dump, type })
  header.writeBigUInt64LE(BigInt(ROOT * PAGE), 0x10)
  header.writeBigUInt64LE(list, 0x20)
  header.writeBigUInt64LE(stackAt, 0x348 + (dump.machine === 0xaa64 ? 0x100 : 0x98))
  return Buffer.concat([header, ...memory.pages(header, type)])
}

class Memory {
  readonly #pages = new Map<number, Buffer>([[ROOT, Buffer.alloc(PAGE)]])
  #next = FIRST_DATA

  put(address: bigint, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const target = address + BigInt(at)
      const inPage = Number(target & 0xfffn)
      at += bytes.copy(this.#pageOf(target), inPage, at)
    }
  }

  /** The parts of the file behind the header; writes the runs of pages into the header where there is no bitmap. */
  pages(header: Buffer, type: MemoryDumpOptions['type']): Buffer[] {
    const numbers = [...this.#pages.keys()].sort((a, b) => a - b)
    const data = numbers.map((number) => this.#pages.get(number) ?? Buffer.alloc(PAGE))
    if (type === 1) {
      header.writeUInt32LE(numbers.length, 0x88)
      for (const [index, number] of numbers.entries()) {
        header.writeBigUInt64LE(BigInt(number), 0x98 + 16 * index)
        header.writeBigUInt64LE(1n, 0xa0 + 16 * index)
      }
      return data
    }
    const bitmapAt = type === 2 ? 0x28 : 0x38
    const head = Buffer.alloc(PAGE)
    head.write(type === 5 ? 'FDMPDUMP' : 'SDMPDUMP', 0, 'latin1')
    if (type === 2) {
      head.writeUInt32LE(header.length + PAGE, 0x0c)
      head.writeUInt32LE(4_096, 0x10)
    } else {
      head.writeBigUInt64LE(BigInt(header.length + PAGE), 0x20)
      head.writeBigUInt64LE(BigInt(numbers.length), 0x28)
      head.writeBigUInt64LE(4_096n, 0x30)
    }
    for (const number of numbers)
      head[bitmapAt + (number >> 3)] = (head[bitmapAt + (number >> 3)] ?? 0) | (1 << (number & 7))
    return [head, ...data]
  }

  #pageOf(address: bigint): Buffer {
    let table = this.#pages.get(ROOT) ?? Buffer.alloc(PAGE)
    for (const shift of [39n, 30n, 21n, 12n]) {
      const at = 8 * Number((address >> shift) & 0x1ffn)
      let number = Number(table.readBigUInt64LE(at) >> 12n)
      if (number === 0) {
        number = this.#next++
        this.#pages.set(number, Buffer.alloc(PAGE))
        table.writeBigUInt64LE(BigInt(number * PAGE) | 3n, at)
      }
      table = this.#pages.get(number) ?? table
    }
    return table
  }
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}
