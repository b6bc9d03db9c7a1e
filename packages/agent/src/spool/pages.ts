import { existsSync, readFileSync } from 'node:fs'

// SQLite's file format, https://www.sqlite.org/fileformat2.html, as far as a damaged spool is read by it: SQLite itself gives
// up a table where one page of its tree cannot be read, and the whole file where its head cannot.

/** The first bytes of a database. */
const MAGIC = 'SQLite format 3\0'
const PAGE_SIZE_AT = 16
const FREE_PAGES_AT = 32
const WAL_HEAD_BYTES = 32
const WAL_SALTS_AT = 16
const FRAME_HEAD_BYTES = 24
const FRAME_SALTS_AT = 8
const SALTS_BYTES = 8
/** Entries of a pointer map, which says of each page behind it what it is for. */
const POINTER_BYTES = 5

const TABLE_LEAF = 0x0d
const INDEX_LEAF = 0x0a
const INDEX_INNER = 0x02

/** A row of a table, or an entry of an index. */
export interface Cell {
  /** Of a table's row; undefined for an index' entry. */
  readonly rowid: number | undefined
  /** Undefined where what it holds cannot be read. */
  readonly columns: readonly (string | number | null)[] | undefined
}

/**
 * Whatever looks like a row or an entry in the pages of a file, and in the log beside it, in no order. What was deleted and
 * not overwritten yet may be among it.
 * @param pageBytes where the file's head does not say
 * @throws as `fs.readFileSync`
 */
export function* cellsOf(path: string, pageBytes: number): Generator<Cell> {
  const file = readFileSync(path)
  const isHeadWhole = file.toString('latin1', 0, MAGIC.length) === MAGIC
  const size = isHeadWhole ? file.readUInt16BE(PAGE_SIZE_AT) : pageBytes
  if (size < 512) return
  const pages = pagesOf(file, size)
  const log = `${path}-wal`
  if (existsSync(log)) putOver(pages, readFileSync(log), size)
  const free = isHeadWhole ? freePages(pages) : new Set<number>()
  const mapEvery = Math.floor(size / POINTER_BYTES) + 1
  for (const [number, page] of pages) {
    // the first has the tables' descriptions
    if (number === 1 || free.has(number) || (number - 2) % mapEvery === 0) continue
    const kind = page[0]
    if (kind !== TABLE_LEAF && kind !== INDEX_LEAF && kind !== INDEX_INNER) continue
    yield* cellsOfPage(page, kind, pages)
  }
}

type Pages = Map<number, Buffer>

function pagesOf(file: Buffer, size: number): Pages {
  const pages: Pages = new Map()
  for (let at = 0; at + size <= file.length; at += size) pages.set(at / size + 1, file.subarray(at, at + size))
  return pages
}

/** What was committed to the log is newer than the file. */
function putOver(pages: Pages, log: Buffer, size: number): void {
  const salts = log.subarray(WAL_SALTS_AT, WAL_SALTS_AT + SALTS_BYTES)
  const waiting: Pages = new Map()
  for (let at = WAL_HEAD_BYTES; at + FRAME_HEAD_BYTES + size <= log.length; at += FRAME_HEAD_BYTES + size) {
    const head = log.subarray(at, at + FRAME_HEAD_BYTES)
    if (!head.subarray(FRAME_SALTS_AT, FRAME_SALTS_AT + SALTS_BYTES).equals(salts)) return
    waiting.set(head.readUInt32BE(0), log.subarray(at + FRAME_HEAD_BYTES, at + FRAME_HEAD_BYTES + size))
    // a frame that says how large the file is ends a transaction
    if (head.readUInt32BE(4) === 0) continue
    for (const [number, page] of waiting) pages.set(number, page)
    waiting.clear()
  }
}

/** Pages that were given back, and may hold what was deleted with them. */
function freePages(pages: Pages): Set<number> {
  const free = new Set<number>()
  for (let trunk = pages.get(1)?.readUInt32BE(FREE_PAGES_AT) ?? 0; trunk !== 0 && !free.has(trunk); ) {
    free.add(trunk)
    const page = pages.get(trunk)
    if (!page) break
    const count = Math.min(page.readUInt32BE(4), page.length / 4 - 2)
    for (let n = 0; n < count; n++) free.add(page.readUInt32BE(8 + 4 * n))
    trunk = page.readUInt32BE(0)
  }
  return free
}

function* cellsOfPage(page: Buffer, kind: number, pages: Pages): Generator<Cell> {
  const headBytes = kind === INDEX_INNER ? 12 : 8
  const count = Math.min(page.readUInt16BE(3), (page.length - headBytes) / 2)
  for (let n = 0; n < count; n++) {
    const cell = cellAt(page, page.readUInt16BE(headBytes + 2 * n), kind, pages)
    if (cell) yield cell
  }
}

/** Undefined where it makes no sense. */
function cellAt(page: Buffer, at: number, kind: number, pages: Pages): Cell | undefined {
  try {
    const cursor = new Cursor(page, kind === INDEX_INNER ? at + 4 : at)
    const bytes = cursor.varint()
    const rowid = kind === TABLE_LEAF ? cursor.varint() : undefined
    return { rowid, columns: columnsOf(payloadAt(cursor, bytes, kind, pages)) }
  } catch {
    return undefined
  }
}

/** The whole of a row, some of which may lie on pages of its own; undefined where one of those is not there. */
function payloadAt(cursor: Cursor, bytes: number, kind: number, pages: Pages): Buffer | undefined {
  const { length: size } = cursor.bytes
  const most = kind === TABLE_LEAF ? size - 35 : Math.floor(((size - 12) * 64) / 255) - 23
  if (bytes <= most) return cursor.take(bytes)
  const least = Math.floor(((size - 12) * 32) / 255) - 23
  const some = least + ((bytes - least) % (size - 4))
  const parts = [cursor.take(some <= most ? some : least)]
  let left = bytes - (parts[0]?.length ?? 0)
  for (let next = cursor.take(4).readUInt32BE(0); left > 0; ) {
    const page = pages.get(next)
    if (!page) return undefined
    parts.push(page.subarray(4, 4 + left))
    left -= size - 4
    next = page.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

/** @throws RangeError where it is no row */
function columnsOf(payload: Buffer | undefined): Cell['columns'] {
  if (!payload) return undefined
  const head = new Cursor(payload, 0)
  const headBytes = head.varint()
  const kinds: number[] = []
  while (head.at < headBytes) kinds.push(head.varint())
  const body = new Cursor(payload, headBytes)
  const columns = kinds.map((kind) => columnOf(body, kind))
  if (body.at !== payload.length) throw new RangeError('its head says another length')
  return columns
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6]

function columnOf(body: Cursor, kind: number): string | number | null {
  if (kind === 0) return null
  if (kind === 8 || kind === 9) return kind - 8
  if (kind >= 13 && kind % 2 === 1) return body.take((kind - 13) / 2).toString('utf8')
  const bytes = INTEGER_BYTES[kind]
  // a spool has neither blobs nor fractions
  if (bytes === undefined) throw new RangeError('no kind of a spool')
  return body.take(bytes).readIntBE(0, bytes)
}

class Cursor {
  readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes
    this.at = at
  }

  /** @throws RangeError where there is less */
  take(count: number): Buffer {
    const end = this.at + count
    if (end > this.bytes.length) throw new RangeError('it goes on behind its page')
    const taken = this.bytes.subarray(this.at, end)
    this.at = end
    return taken
  }

  /** Seven bits a byte; a spool has no number that needs the ninth. */
  varint(): number {
    let value = 0
    for (let n = 0; n < 8; n++) {
      const byte = this.take(1).readUInt8(0)
      value = value * 128 + (byte & 0x7f)
      if (byte < 0x80) return value
    }
    throw new RangeError('no number of a spool')
  }
}
