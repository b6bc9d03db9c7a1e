import type { Problems } from '../problem.ts'
import type { Reader } from '../reader.ts'
import type { DumpHeader } from './header.ts'

export const PAGE = 4_096
/** Of a dump of 64-bit Windows: what memory it holds is told here or, in a full dump, begins here. */
const HEADER_SIZE = 0x2000
/** 32 MiB of bitmap tell of 1 TiB of memory; practice machines have 8 to 64 GiB. */
const MAX_BITMAP = 32 * 1024 * 1024
/** Windows describes memory in some 10 runs; the header has room for 42. */
const MAX_RUNS = 42
/** A sum of bits is kept for each so many bytes of bitmap, so that finding a page counts no more than these. */
const STRIDE = 256

/** The physical memory that a dump holds: reads one page by its number, or nothing where it was not dumped. */
export interface PhysicalMemory {
  page(number: number): Buffer | undefined
}

/**
 * Opens the memory of a full dump (types 1: runs of pages) or of a kernel, automatic or "active" dump (types 2, 5, 6, 7: a
 * bitmap says which pages follow). Only pages that are asked for are read, so a dump of 64 GiB costs as little as one of 1.
 */
export function openPhysicalMemory(reader: Reader, header: DumpHeader, problems: Problems): PhysicalMemory | undefined {
  const without = (code: string, why: string): undefined => {
    problems.add(code, `${why}: only its header is used`, reader.name)
    return undefined
  }
  if (header.wordSize === 4) return without('dump-memory-unknown', 'A large dump of 32-bit Windows')
  if (reader.size <= HEADER_SIZE) return without('dump-truncated', 'The dump ends behind its header')
  if (header.kind === 'full') return openRuns(reader)
  const head = reader.read(HEADER_SIZE, 0x38)
  const magic = head.toString('latin1', 0, 8)
  if (head.length === 0x38 && (magic === 'SDMPDUMP' || magic === 'FDMPDUMP')) {
    const isOld = header.kind === 'kernel'
    const firstPage = isOld ? head.readUInt32LE(0x0c) : Number(head.readBigUInt64LE(0x20))
    const pages = isOld ? head.readUInt32LE(0x10) : Number(head.readBigUInt64LE(0x30))
    const bitmap = reader.read(HEADER_SIZE + (isOld ? 0x28 : 0x38), Math.min(Math.ceil(pages / 8), MAX_BITMAP))
    return openBitmap(reader, bitmap, firstPage)
  }
  return without('dump-memory-unknown', 'The dump does not say which memory it holds')
}

function openRuns(reader: Reader): PhysicalMemory {
  const head = reader.read(0x88, 0x10 + 16 * MAX_RUNS)
  const runs: { first: number; count: number; offset: number }[] = []
  let offset = HEADER_SIZE
  const count = head.length >= 0x10 ? Math.min(head.readUInt32LE(0), MAX_RUNS) : 0
  for (let at = 0x10; at < 0x10 + 16 * count && at + 16 <= head.length; at += 16) {
    const run = { first: Number(head.readBigUInt64LE(at)), count: Number(head.readBigUInt64LE(at + 8)), offset }
    runs.push(run)
    offset += run.count * PAGE
  }
  return {
    page: (number) => {
      const run = runs.find(({ first, count: pages }) => number >= first && number < first + pages)
      return run && readPage(reader, run.offset + (number - run.first) * PAGE)
    },
  }
}

function openBitmap(reader: Reader, bitmap: Buffer, firstPage: number): PhysicalMemory {
  const sums = new Uint32Array(Math.ceil(bitmap.length / STRIDE) + 1)
  for (let at = 0; at < bitmap.length; at++) {
    const slot = Math.floor(at / STRIDE) + 1
    sums[slot] = (sums[slot] ?? 0) + bitsOf(bitmap[at] ?? 0)
  }
  for (let slot = 1; slot < sums.length; slot++) sums[slot] = (sums[slot] ?? 0) + (sums[slot - 1] ?? 0)
  return {
    page: (number) => {
      const byte = Math.floor(number / 8)
      const bit = number % 8
      if (!(byte < bitmap.length) || !(((bitmap[byte] ?? 0) >> bit) & 1)) return undefined
      const slot = Math.floor(byte / STRIDE)
      let before = sums[slot] ?? 0
      for (let at = slot * STRIDE; at < byte; at++) before += bitsOf(bitmap[at] ?? 0)
      before += bitsOf((bitmap[byte] ?? 0) & ((1 << bit) - 1))
      return readPage(reader, firstPage + before * PAGE)
    },
  }
}

function readPage(reader: Reader, offset: number): Buffer | undefined {
  const page = reader.read(offset, PAGE)
  return page.length === PAGE ? page : undefined
}

function bitsOf(byte: number): number {
  let bits = byte - ((byte >> 1) & 0x55)
  bits = (bits & 0x33) + ((bits >> 2) & 0x33)
  return (bits + (bits >> 4)) & 0x0f
}
