import type { Reader } from '../reader.ts'

/** The base block of a hive; cell offsets count from its end. */
export const BASE_BLOCK = 4_096
/** Hive bins and log entries are made of 512-byte sectors, which is also how a log says what it replaces. */
export const SECTOR = 512
/** One read per 64 KiB: cells that belong together mostly lie together. */
const BLOCK = 65_536
/** 4 MiB of cached blocks per hive, whatever its size. */
const MAX_BLOCKS = 64
/** The largest cell that holds anything but damage: a list of 100,000 keys takes 0.8 MB. */
const MAX_CELL = 2 * 1024 * 1024

const NOTHING = Buffer.alloc(0)

/** Cells of a hive by offset, through a bounded cache, with the sectors that a transaction log replaces laid over it. */
export class Cells {
  readonly #reader: Reader
  readonly #overlay: ReadonlyMap<number, Buffer>
  readonly #blocks = new Map<number, Buffer>()

  /** @param overlay sectors by their file offset */
  constructor(reader: Reader, overlay: ReadonlyMap<number, Buffer>) {
    this.#reader = reader
    this.#overlay = overlay
  }

  /** The data of the cell at `offset` (relative to the first hive bin), without its size field; empty if it is not one. */
  cell(offset: number): Buffer {
    if (offset === 0xffffffff || offset <= 0) return NOTHING
    const head = this.bytes(BASE_BLOCK + offset, 4)
    if (head.length < 4) return NOTHING
    const size = Math.abs(head.readInt32LE(0)) // negative means in use; deleted keys' cells are not reached from the root
    if (size < 8 || size > MAX_CELL) return NOTHING
    return this.bytes(BASE_BLOCK + offset + 4, size - 4)
  }

  /** Bytes of the hive file as they are after the log's replay. */
  bytes(offset: number, length: number): Buffer {
    const first = Math.floor(offset / BLOCK)
    const last = Math.floor((offset + length - 1) / BLOCK)
    if (first === last) {
      const block = this.#block(first)
      const start = offset - first * BLOCK
      return block.subarray(Math.min(start, block.length), Math.min(start + length, block.length))
    }
    const parts: Buffer[] = []
    for (let index = first; index <= last; index++) {
      const block = this.#block(index)
      const from = index === first ? offset - first * BLOCK : 0
      const to = index === last ? offset + length - last * BLOCK : BLOCK
      parts.push(block.subarray(Math.min(from, block.length), Math.min(to, block.length)))
    }
    return Buffer.concat(parts)
  }

  #block(index: number): Buffer {
    const known = this.#blocks.get(index)
    if (known) return known
    const block = this.#overlaid(index * BLOCK)
    if (this.#blocks.size >= MAX_BLOCKS) {
      const oldest = this.#blocks.keys().next().value
      if (oldest !== undefined) this.#blocks.delete(oldest)
    }
    this.#blocks.set(index, block)
    return block
  }

  #overlaid(start: number): Buffer {
    const stored = this.#reader.read(start, BLOCK)
    if (this.#overlay.size === 0) return stored
    const block = Buffer.alloc(BLOCK)
    stored.copy(block)
    let end = stored.length
    for (let at = 0; at < BLOCK; at += SECTOR) {
      const sector = this.#overlay.get(start + at)
      if (!sector) continue
      sector.copy(block, at)
      end = Math.max(end, at + sector.length)
    }
    return block.subarray(0, end)
  }
}
