import { checksum } from '../../src/formats/regf/base-block.ts'
import { marvin32 } from '../../src/formats/regf/marvin32.ts'

/** Numbers become REG_DWORD, texts REG_SZ, bytes REG_BINARY; of any other type, or without its end, as it is given. */
type WrittenValue = string | number | Buffer | { readonly type: number; readonly bytes: Buffer }

/** A key to be written: values by name, and subkeys by name. */
export interface WrittenKey {
  values?: Record<string, WrittenValue>
  keys?: Record<string, WrittenKey>
}

const BASE = 4_096
const SEGMENT = 16_344
const NONE = 0xffffffff

export interface HiveOptions {
  /** The primary sequence number runs ahead, as on a disk whose machine lost power. */
  isDirty?: boolean
}

/** A key path such as `ControlSet001\Services\X` made of nested keys. */
export function keyAt(path: string, key: WrittenKey): WrittenKey {
  return path.split('\\').reduceRight<WrittenKey>((inner, name) => ({ keys: { [name]: inner } }), key)
}

/** Several trees as one; later values win. */
export function mergeKeys(...trees: readonly WrittenKey[]): WrittenKey {
  const merged: Required<WrittenKey> = { values: {}, keys: {} }
  for (const { values, keys } of trees) {
    Object.assign(merged.values, values)
    for (const [name, key] of Object.entries(keys ?? {})) {
      const twin = Object.keys(merged.keys).find((other) => other.toLowerCase() === name.toLowerCase()) ?? name
      merged.keys[twin] = mergeKeys(merged.keys[twin] ?? {}, key)
    }
  }
  return merged
}

/** A registry hive file (`regf` 1.5) with one hive bin. */
export function writeHive(root: WrittenKey, options: HiveOptions = {}): Buffer {
  const writer = new HiveWriter()
  const rootAt = writer.key('ROOT', root, NONE, true)
  return writer.finish(rootAt, options)
}

/** A transaction log of Windows 8.1 and later, with one entry that replaces all of a hive's bins. */
export function writeHiveLog(hive: Buffer, sequence: number): Buffer {
  const bins = hive.subarray(BASE)
  const entry = Buffer.alloc(512)
  entry.write('HvLE', 0, 'latin1')
  entry.writeUInt32LE(entry.length + bins.length, 4)
  entry.writeUInt32LE(sequence, 12)
  entry.writeUInt32LE(bins.length, 16)
  entry.writeUInt32LE(1, 20)
  entry.writeUInt32LE(0, 40)
  entry.writeUInt32LE(bins.length, 44)
  // Pages follow the references at once; the entry is filled up behind them.
  const body = Buffer.concat([entry.subarray(0, 48), bins, entry.subarray(48)])
  body.writeBigUInt64LE(marvin32(body.subarray(40)), 24)
  body.writeBigUInt64LE(marvin32(body.subarray(0, 32)), 32)
  return Buffer.concat([logHead(hive, sequence), body])
}

/** A transaction log of Windows 7, with all of a hive's sectors. */
export function writeOldHiveLog(hive: Buffer, sequence: number): Buffer {
  const bins = hive.subarray(BASE)
  const bitmap = Buffer.alloc(Math.ceil(bins.length / 512 / 8), 0xff)
  const vector = Buffer.alloc(Math.ceil((4 + bitmap.length) / 512) * 512)
  vector.write('DIRT', 0, 'latin1')
  bitmap.copy(vector, 4)
  return Buffer.concat([logHead(hive, sequence), vector, bins])
}

/** The copy of a hive's first sector that a log begins with. */
function logHead(hive: Buffer, sequence: number): Buffer {
  const head = Buffer.from(hive.subarray(0, 512))
  head.writeUInt32LE(sequence, 4)
  head.writeUInt32LE(sequence, 8)
  head.writeUInt32LE(checksum(head), 508)
  return head
}

class HiveWriter {
  readonly #cells: Buffer[] = []
  #at = 32

  key(name: string, { values = {}, keys = {} }: WrittenKey, parent: number, isRoot = false): number {
    const written = writtenName(name)
    const cell = Buffer.alloc(76 + written.bytes.length)
    const at = this.#add(cell)
    cell.write('nk', 0, 'latin1')
    cell.writeUInt16LE((isRoot ? 0x0c : 0) | (written.isCompressed ? 0x20 : 0), 2)
    cell.writeBigUInt64LE(133_000_000_000_000_000n, 4)
    cell.writeUInt32LE(parent, 16)
    for (const offset of [28, 32, 40, 44, 48]) cell.writeUInt32LE(NONE, offset)
    cell.writeUInt16LE(written.bytes.length, 72)
    written.bytes.copy(cell, 76)
    const subkeys = Object.entries(keys).map(([child, inner]) => this.key(child, inner, at))
    cell.writeUInt32LE(subkeys.length, 20)
    if (subkeys.length > 0) cell.writeUInt32LE(this.#list('lh', subkeys, 8), 28)
    const entries = Object.entries(values).map(([value, data]) => this.#value(value, data))
    cell.writeUInt32LE(entries.length, 36)
    if (entries.length > 0) cell.writeUInt32LE(this.#offsets(entries), 40)
    return at
  }

  finish(rootAt: number, { isDirty = false }: HiveOptions): Buffer {
    const size = Math.ceil(this.#at / BASE) * BASE
    const bins = Buffer.alloc(size)
    bins.write('hbin', 0, 'latin1')
    bins.writeUInt32LE(size, 8)
    let at = 32
    for (const cell of this.#cells) {
      const length = cellSize(cell)
      bins.writeInt32LE(-length, at)
      cell.copy(bins, at + 4)
      at += length
    }
    if (at < size) bins.writeInt32LE(size - at, at)
    const base = Buffer.alloc(BASE)
    base.write('regf', 0, 'latin1')
    base.writeUInt32LE(isDirty ? 8 : 7, 4)
    base.writeUInt32LE(7, 8)
    base.writeUInt32LE(1, 20)
    base.writeUInt32LE(5, 24)
    base.writeUInt32LE(1, 32)
    base.writeUInt32LE(rootAt, 36)
    base.writeUInt32LE(size, 40)
    base.writeUInt32LE(checksum(base), 508)
    return Buffer.concat([base, bins])
  }

  #value(name: string, data: WrittenValue): number {
    const { type, bytes } = typed(data)
    const cell = Buffer.alloc(20 + name.length)
    const at = this.#add(cell)
    cell.write('vk', 0, 'latin1')
    cell.writeUInt16LE(name.length, 2)
    cell.writeUInt32LE(type, 12)
    cell.writeUInt16LE(1, 16)
    cell.write(name, 20, 'latin1')
    if (bytes.length <= 4) {
      cell.writeUInt32LE((0x80000000 | bytes.length) >>> 0, 4)
      bytes.copy(cell, 8)
    } else {
      cell.writeUInt32LE(bytes.length, 4)
      cell.writeUInt32LE(bytes.length > SEGMENT ? this.#bigData(bytes) : this.#add(bytes), 8)
    }
    return at
  }

  #bigData(bytes: Buffer): number {
    const segments: number[] = []
    for (let at = 0; at < bytes.length; at += SEGMENT) segments.push(this.#add(bytes.subarray(at, at + SEGMENT)))
    const head = Buffer.alloc(8)
    head.write('db', 0, 'latin1')
    head.writeUInt16LE(segments.length, 2)
    head.writeUInt32LE(this.#offsets(segments), 4)
    return this.#add(head)
  }

  #list(kind: 'lh' | 'li', offsets: readonly number[], step: number): number {
    const cell = Buffer.alloc(4 + step * offsets.length)
    cell.write(kind, 0, 'latin1')
    cell.writeUInt16LE(offsets.length, 2)
    for (const [index, offset] of offsets.entries()) cell.writeUInt32LE(offset, 4 + step * index)
    return this.#add(cell)
  }

  #offsets(offsets: readonly number[]): number {
    const cell = Buffer.alloc(4 * offsets.length)
    for (const [index, offset] of offsets.entries()) cell.writeUInt32LE(offset, 4 * index)
    return this.#add(cell)
  }

  #add(cell: Buffer): number {
    const at = this.#at
    this.#cells.push(cell)
    this.#at += cellSize(cell)
    return at
  }
}

function cellSize(cell: Buffer): number {
  return Math.ceil((4 + cell.length) / 8) * 8
}

/** Names are kept in one byte a character where that is enough. */
function writtenName(name: string): { bytes: Buffer; isCompressed: boolean } {
  const isCompressed = Buffer.from(name, 'latin1').toString('latin1') === name
  return { bytes: Buffer.from(name, isCompressed ? 'latin1' : 'utf16le'), isCompressed }
}

function typed(data: WrittenValue): { readonly type: number; readonly bytes: Buffer } {
  if (typeof data === 'string') return { type: 1, bytes: Buffer.from(`${data}\0`, 'utf16le') }
  if (Buffer.isBuffer(data)) return { type: 3, bytes: data }
  if (typeof data !== 'number') return data
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(data)
  return { type: 4, bytes }
}
