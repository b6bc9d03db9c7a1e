import { Problems } from '../problem.ts'
import type { Reader } from '../reader.ts'
import { utf16 } from '../text.ts'
import { type BaseBlock, readBaseBlock } from './base-block.ts'
import { BASE_BLOCK, Cells } from './cells.ts'
import { replayLogs } from './log.ts'
import type { RegistryKey, RegistryValue } from './registry.ts'

/** More subkeys or values of one key than this come from damage; HKLM\SYSTEM's largest key has some 2,000. */
const MAX_ENTRIES = 100_000
/** Lists of lists (`ri`) nest once. */
const MAX_LIST_DEPTH = 2
/** Values of the kinds read here are below 16 KiB; a larger one is cut. */
const MAX_VALUE = 1024 * 1024
/** Bytes in each segment of a big value (`db`). */
const SEGMENT = 16_344
/** Its mark, the number of segments and where their list is. */
const BIG_DATA_HEAD = 8
const COMPRESSED_KEY = 0x20
const COMPRESSED_VALUE = 0x01
const INLINE = 0x80000000

/** An opened hive: its root key, or undefined where nothing can be read; and what was wrong. */
export interface Hive {
  root: RegistryKey | undefined
  problems: Problems
}

/**
 * Opens a registry hive (`regf`). A dirty hive (sequence numbers differ, or its first sector is half written: Windows did
 * not get to write it out) is brought up to date from its logs in memory; without logs it is read as it is, and says so.
 * Where the first sector is lost, the copy in a log stands for it. Damage is skipped and reported.
 *
 * @param logs the files .LOG1 and .LOG2 beside the hive, as far as they exist
 */
export function openHive(reader: Reader, logs: readonly Reader[] = []): Hive {
  const problems = new Problems()
  const head = reader.read(0, BASE_BLOCK)
  const own = readBaseBlock(head)
  const base = own?.isIntact ? own : (copyOf(logs) ?? own)
  if (!own) {
    const what = head.every((byte) => byte === 0) ? 'is empty or all zeros' : 'does not start as a registry hive'
    const instead = base ? '; the copy in its transaction log is used' : ''
    problems.add('hive-header-damaged', `The file ${what}${instead}`, reader.name)
  }
  if (!base) return { root: undefined, problems }
  const isDirty = base !== own || !base.isIntact || base.primarySequence !== base.secondarySequence
  const overlay = isDirty ? replayLogs(logs, base, problems) : new Map<number, Buffer>()
  if (isDirty && overlay.size === 0) {
    const what = 'Windows had not written the hive out completely and no transaction log completes it'
    problems.add('hive-dirty', `${what}; the newest values may be missing`, reader.name)
  }
  const size = BASE_BLOCK + base.size
  if (size > reader.size && overlay.size === 0) {
    problems.add('hive-truncated', `The file ends ${size - reader.size} bytes early`, reader.name)
  }
  const root = rootOf(reader, overlay, base, problems) ?? rootOf(reader, new Map(), base, problems)
  if (!root) problems.add('hive-root-missing', 'The root key cannot be read', reader.name)
  return { root, problems }
}

function rootOf(
  reader: Reader,
  overlay: ReadonlyMap<number, Buffer>,
  base: BaseBlock,
  problems: Problems,
): RegistryKey | undefined {
  return new Tree(new Cells(reader, overlay), problems, reader.name).key(base.root)
}

/** The newest copy of a base block in the logs. */
function copyOf(logs: readonly Reader[]): BaseBlock | undefined {
  return logs
    .map((log) => readBaseBlock(log.read(0, BASE_BLOCK)))
    .filter((base) => base?.isIntact === true)
    .sort((a, b) => (b?.primarySequence ?? 0) - (a?.primarySequence ?? 0))[0]
}

class Tree {
  readonly cells: Cells
  readonly problems: Problems
  readonly where: string

  constructor(cells: Cells, problems: Problems, where: string) {
    this.cells = cells
    this.problems = problems
    this.where = where
  }

  key(offset: number): Key | undefined {
    const cell = this.cells.cell(offset)
    if (cell.length < 76 || cell.toString('latin1', 0, 2) !== 'nk') return undefined
    return new Key(this, cell)
  }

  damaged(message: string, offset: number): void {
    this.problems.add('hive-cell-damaged', message, `${this.where} at ${BASE_BLOCK + offset}`)
  }

  /** Offsets of keys in a list of subkeys (lf, lh, li) or a list of such lists (ri). */
  *offsets(list: number, depth = 0): Generator<number, void> {
    const cell = this.cells.cell(list)
    const kind = cell.toString('latin1', 0, 2)
    if (cell.length < 4 || depth > MAX_LIST_DEPTH || !['lf', 'lh', 'li', 'ri'].includes(kind)) {
      return this.damaged('A list of subkeys cannot be read', list)
    }
    const step = kind === 'lf' || kind === 'lh' ? 8 : 4
    const count = Math.min(cell.readUInt16LE(2), Math.floor((cell.length - 4) / step))
    if (count < cell.readUInt16LE(2)) this.damaged('A list of subkeys is longer than its cell', list)
    for (let index = 0; index < count; index++) {
      const offset = cell.readUInt32LE(4 + step * index)
      if (kind === 'ri') yield* this.offsets(offset, depth + 1)
      else yield offset
    }
  }

  data(size: number, cell: Buffer): Buffer {
    const length = Math.min(size & ~INLINE, MAX_VALUE)
    if (size & INLINE) return cell.subarray(8, 8 + Math.min(length, 4))
    const stored = this.cells.cell(cell.readUInt32LE(8))
    if (length <= SEGMENT || stored.toString('latin1', 0, 2) !== 'db') return stored.subarray(0, length)
    return this.#bigData(stored, length)
  }

  #bigData(head: Buffer, length: number): Buffer {
    if (head.length < BIG_DATA_HEAD) return Buffer.alloc(0)
    const list = this.cells.cell(head.readUInt32LE(4))
    const count = Math.min(head.readUInt16LE(2), Math.floor(list.length / 4), Math.ceil(length / SEGMENT))
    const parts: Buffer[] = []
    for (let index = 0; index < count; index++) {
      parts.push(this.cells.cell(list.readUInt32LE(4 * index)).subarray(0, SEGMENT))
    }
    return Buffer.concat(parts).subarray(0, length)
  }
}

class Key implements RegistryKey {
  readonly name: string
  readonly writtenAt: bigint
  readonly #tree: Tree
  readonly #cell: Buffer

  constructor(tree: Tree, cell: Buffer) {
    this.#tree = tree
    this.#cell = cell
    this.writtenAt = cell.readBigUInt64LE(4)
    const length = Math.min(cell.readUInt16LE(72), cell.length - 76)
    const isCompressed = (cell.readUInt16LE(2) & COMPRESSED_KEY) !== 0
    this.name = isCompressed ? cell.toString('latin1', 76, 76 + length) : utf16(cell, 76, length)
  }

  *keys(): Generator<RegistryKey, void> {
    const count = this.#cell.readUInt32LE(20)
    if (count === 0) return
    let given = 0
    for (const offset of this.#tree.offsets(this.#cell.readUInt32LE(28))) {
      if (++given > Math.min(count, MAX_ENTRIES)) return
      const key = this.#tree.key(offset)
      if (key) yield key
      else this.#tree.damaged(`A subkey of ${this.name} cannot be read`, offset)
    }
  }

  key(path: string): RegistryKey | undefined {
    const [first, ...rest] = path.split('\\').filter((name) => name !== '')
    if (first === undefined) return this
    const child = childOf(this, first.toLowerCase())
    return rest.length === 0 ? child : child?.key(rest.join('\\'))
  }

  *values(): Generator<RegistryValue, void> {
    const list = this.#tree.cells.cell(this.#cell.readUInt32LE(40))
    const count = Math.min(this.#cell.readUInt32LE(36), Math.floor(list.length / 4), MAX_ENTRIES)
    for (let index = 0; index < count; index++) {
      const offset = list.readUInt32LE(4 * index)
      const cell = this.#tree.cells.cell(offset)
      if (cell.length < 20 || cell.toString('latin1', 0, 2) !== 'vk') {
        this.#tree.damaged(`A value of ${this.name} cannot be read`, offset)
        continue
      }
      const length = Math.min(cell.readUInt16LE(2), cell.length - 20)
      const isCompressed = (cell.readUInt16LE(16) & COMPRESSED_VALUE) !== 0
      const name = isCompressed ? cell.toString('latin1', 20, 20 + length) : utf16(cell, 20, length)
      yield { name, type: cell.readUInt32LE(12), data: this.#tree.data(cell.readUInt32LE(4), cell) }
    }
  }

  value(name: string): RegistryValue | undefined {
    const wanted = name.toLowerCase()
    for (const value of this.values()) if (value.name.toLowerCase() === wanted) return value
    return undefined
  }
}

function childOf(parent: RegistryKey, name: string): RegistryKey | undefined {
  for (const key of parent.keys()) if (key.name.toLowerCase() === name) return key
  return undefined
}
