import { type DumpHeader, MACHINE } from './header.ts'
import { PAGE, type PhysicalMemory } from './physical.ts'

/** Pages of tables and data that are kept: a walk over 250 modules touches some 300. */
const MAX_CACHED = 512
/** Bits 12 to 47 of an entry of a page table hold the number of the page. */
const FRAME = 0x0000fffffffff000n

/**
 * The kernel's virtual memory in a dump. x64 and ARM64 both translate in four levels of 512 entries with 4 KiB pages; they
 * differ in how an entry says that it maps a large page itself.
 */
export class VirtualMemory {
  readonly #physical: PhysicalMemory
  readonly #root: bigint
  readonly #isArm: boolean
  readonly #pages = new Map<number, Buffer | undefined>()

  constructor(physical: PhysicalMemory, header: DumpHeader) {
    this.#physical = physical
    this.#root = header.directoryTable & FRAME
    this.#isArm = header.machine === MACHINE.arm64
  }

  /** Bytes at a virtual address; fewer, or none, where a page was not dumped. */
  read(address: bigint, length: number): Buffer {
    const parts: Buffer[] = []
    let at = address
    let left = length
    while (left > 0) {
      const inPage = Number(at & 0xfffn)
      const frame = this.#translate(at)
      const page = frame === undefined ? undefined : this.#page(frame)
      if (!page) break
      const size = Math.min(left, PAGE - inPage)
      parts.push(page.subarray(inPage, inPage + size))
      at += BigInt(size)
      left -= size
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)
  }

  /** The number of the physical page that holds an address. */
  #translate(address: bigint): number | undefined {
    let table = Number(this.#root >> 12n)
    for (const shift of [39n, 30n, 21n, 12n]) {
      const index = Number((address >> shift) & 0x1ffn)
      const entry = this.#page(table)?.readBigUInt64LE(8 * index)
      if (entry === undefined || !(entry & 1n)) return undefined
      const isLarge = shift !== 12n && shift !== 39n && (this.#isArm ? !(entry & 2n) : (entry & 0x80n) !== 0n)
      if (isLarge) {
        const mask = (1n << shift) - 1n
        return Number(((entry & FRAME & ~mask) | (address & mask)) >> 12n)
      }
      table = Number((entry & FRAME) >> 12n)
    }
    return table
  }

  #page(number: number): Buffer | undefined {
    if (this.#pages.has(number)) return this.#pages.get(number)
    if (this.#pages.size >= MAX_CACHED) this.#pages.clear()
    const page = this.#physical.page(number)
    this.#pages.set(number, page)
    return page
  }
}
