import type { Problems } from '../problem.ts'
import type { Reader } from '../reader.ts'
import { type BaseBlock, readBaseBlock } from './base-block.ts'
import { BASE_BLOCK, SECTOR } from './cells.ts'
import { marvin32 } from './marvin32.ts'

/** A log entry: signature, size, flags, sequence, hive size, number of pages, two hashes. */
const ENTRY_HEADER = 40
/** Windows keeps a log below 64 MB; a page reference more than this many comes from damage. */
const MAX_PAGES = 65_536
const MAX_REPLAYED_BYTES = 64 * 1024 * 1024

/**
 * The sectors that a hive's transaction logs (.LOG1, .LOG2) replace, by file offset: what Windows itself does at the next
 * boot when it had not written the hive out completely. Two kinds of log: entries `HvLE` (Windows 8.1 and later), each
 * with hashes, and a bitmap `DIRT` of changed sectors (before). Logs older than the hive are left out.
 *
 * @param base the hive's base block, or the copy of it that a log keeps
 */
export function replayLogs(logs: readonly Reader[], base: BaseBlock, problems: Problems): Map<number, Buffer> {
  const overlay = new Map<number, Buffer>()
  const ordered = logs
    .map((log) => ({ log, head: log.read(0, BASE_BLOCK), copy: readBaseBlock(log.read(0, BASE_BLOCK)) }))
    .filter(({ head, copy }) => head.length >= 2 * SECTOR && copy !== undefined)
    .sort((a, b) => firstSequence(a.head) - firstSequence(b.head))
  let expected = base.secondarySequence
  for (const { log, head, copy } of ordered) {
    const kind = head.toString('latin1', SECTOR, SECTOR + 4)
    if (kind === 'HvLE') expected = replayEntries(log, expected, overlay, problems)
    else if (kind === 'DIRT' && copy?.isIntact && copy.writtenAt >= base.writtenAt) replayBitmap(log, head, overlay)
  }
  return overlay
}

function firstSequence(head: Buffer): number {
  return head.toString('latin1', SECTOR, SECTOR + 4) === 'HvLE' ? head.readUInt32LE(SECTOR + 12) : head.readUInt32LE(4)
}

function replayEntries(log: Reader, from: number, overlay: Map<number, Buffer>, problems: Problems): number {
  let expected = from
  let offset = SECTOR
  let replayed = 0
  while (offset + ENTRY_HEADER <= log.size) {
    const head = log.read(offset, ENTRY_HEADER)
    if (head.length < ENTRY_HEADER || head.toString('latin1', 0, 4) !== 'HvLE') break
    const size = head.readUInt32LE(4)
    const sequence = head.readUInt32LE(12)
    const pages = head.readUInt32LE(20)
    if (size < ENTRY_HEADER || size % SECTOR !== 0 || offset + size > log.size || pages > MAX_PAGES) break
    if (sequence > expected && replayed > 0) break // not the entry that follows: left over from an earlier round
    if (sequence >= expected) {
      replayed += size
      if (replayed > MAX_REPLAYED_BYTES) {
        problems.add('hive-log-too-large', 'The transaction log is larger than Windows writes them', log.name)
        break
      }
      const entry = log.read(offset, size)
      if (!isWhole(entry) || !replayPages(entry, pages, overlay)) {
        problems.add('hive-log-damaged', 'The transaction log is read up to an entry that is not whole', log.name)
        break
      }
      expected = sequence + 1
    }
    offset += size
  }
  return expected
}

/** The first hash is of what follows the entry's header, the second of the header with the first. */
function isWhole(entry: Buffer): boolean {
  return (
    entry.readBigUInt64LE(24) === marvin32(entry.subarray(ENTRY_HEADER)) &&
    entry.readBigUInt64LE(32) === marvin32(entry.subarray(0, 32))
  )
}

function replayPages(entry: Buffer, pages: number, overlay: Map<number, Buffer>): boolean {
  let data = ENTRY_HEADER + 8 * pages
  for (let index = 0; index < pages; index++) {
    if (ENTRY_HEADER + 8 * index + 8 > entry.length) return false
    const target = BASE_BLOCK + entry.readUInt32LE(ENTRY_HEADER + 8 * index)
    const size = entry.readUInt32LE(ENTRY_HEADER + 8 * index + 4)
    if (size % SECTOR !== 0 || target % SECTOR !== 0 || data + size > entry.length) return false
    for (let at = 0; at < size; at += SECTOR) {
      overlay.set(target + at, entry.subarray(data + at, data + at + SECTOR))
    }
    data += size
  }
  return true
}

function replayBitmap(log: Reader, head: Buffer, overlay: Map<number, Buffer>): void {
  const sectors = Math.floor(head.readUInt32LE(40) / SECTOR)
  const bitmap = log.read(SECTOR + 4, Math.ceil(sectors / 8))
  let data = Math.ceil((SECTOR + 4 + bitmap.length) / SECTOR) * SECTOR
  for (let sector = 0; sector < bitmap.length * 8; sector++) {
    if (((bitmap[sector >> 3] ?? 0) >> (sector & 7)) & 1) {
      const bytes = log.read(data, SECTOR)
      if (bytes.length < SECTOR || data > MAX_REPLAYED_BYTES) return
      overlay.set(BASE_BLOCK + sector * SECTOR, bytes)
      data += SECTOR
    }
  }
}
