import { halvesToMs, isClockTime } from '../filetime.ts'
import { Problems, reasonOf } from '../problem.ts'
import type { Reader } from '../reader.ts'
import { ChunkXml } from './binxml.ts'
import { type EventRecord, EventRenderer } from './event.ts'
import { isoToMs } from './event-fields.ts'
import { Templates, type WantedEvents } from './templates.ts'

/** The file header's block and the slots behind it; the log is circular, so slots are in no order of time. */
const HEADER_SIZE = 4_096
const CHUNK_SIZE = 65_536
/** `ElfChnk` and a zero, as two numbers. */
const CHUNK_MAGIC = [0x43666c45, 0x006b6e68] as const
const FILE_MAGIC = Buffer.from('ElfFile\0', 'latin1')
/** The log format before Windows Vista (.evt): a size, then this. */
const OLD_MAGIC = Buffer.from('LfLe', 'latin1')
/** Records begin behind the chunk's header and its tables of names and templates. */
const FIRST_RECORD = 512
/** In the file's header: whether the log is full, and keeps what it has. */
const FILE_FLAGS = 120
const FULL = 2
/** In the chunk's header: where the next record goes. */
const FREE_SPACE = 48
const RECORD_MAGIC = 0x00002a2a
/** Signature, size, id and time before the event, and the size again behind it. */
const RECORD_HEADER = 24
const RECORD_MIN = RECORD_HEADER + 4
/** The head of a slot that nothing was written to yet. */
const NO_CHUNK = Buffer.alloc(FIRST_RECORD + RECORD_HEADER)
/** 4 GiB, the most that Windows lets a log grow to. */
const MAX_CHUNKS = 65_536

export interface ReadEventsOptions {
  /** Only these events are rendered; without it, all. */
  wanted?: WantedEvents
  /** Newest chunk first, and within it the newest record first: what the agent's first second needs. */
  newestFirst?: boolean
  /** Records with a lower id are skipped; what a source read before. */
  sinceRecordId?: number
  /** Told of every record that the walk meets, wanted or not: its id and when it was written (ms since 1970; undefined where no clock told that). */
  onRecord?: (id: number, writtenAt: number | undefined) => void
  /** Asked before each chunk with the number of those that were read; false leaves the rest. */
  goesOn?: (chunks: number) => boolean
}

/** A whole record: where it begins and ends in its chunk. */
interface Found {
  start: number
  end: number
  id: number
}

interface Slot {
  offset: number
  firstId: number
}

/**
 * The events of a log, chunk after chunk in the order of their record ids. The file header is stale while Windows writes
 * the log (14 of 15 dirty files seen), so every 64 KiB slot to the end of the file is looked at, empty ones included. A
 * chunk that was half written again when the machine died, or when its shadow copy was taken, holds two runs of ids: its
 * events come together all the same. Damage is reported and skipped: a bad record costs itself, a bad chunk the rest of
 * its records.
 */
export function* readEvents(
  reader: Reader,
  problems: Problems,
  options: ReadEventsOptions = {},
): Generator<EventRecord, void> {
  const slots = findChunks(reader, problems)
  slots.sort((a, b) => a.firstId - b.firstId)
  if (options.newestFirst) slots.reverse()
  const templates = new Templates(options.wanted)
  const space = Buffer.allocUnsafe(CHUNK_SIZE)
  for (const [index, slot] of slots.entries()) {
    if (options.goesOn?.(index) === false) return
    yield* readChunk(reader, slot, problems, options, templates, space)
  }
}

/** How many records a walk over every slot finds, readable or not. */
export function countRecords(reader: Reader, problems: Problems): number {
  let count = 0
  for (const { offset } of findChunks(reader, problems)) {
    count += findRecords(reader.read(offset, CHUNK_SIZE), `${reader.name} at ${offset}`, problems).length
  }
  return count
}

/** The highest record id in the log, by one look at each slot's header and one at the newest chunk; undefined where it has none. */
export function newestRecordId(reader: Reader): number | undefined {
  const problems = new Problems()
  const newest = findChunks(reader, problems).sort((a, b) => b.firstId - a.firstId)[0]
  if (!newest) return undefined
  const chunk = reader.read(newest.offset, CHUNK_SIZE)
  const last = findRecords(chunk, reader.name, problems).at(-1)
  return last?.id ?? newest.firstId
}

/** Whether nothing more is written to a log, as it is full and may not overwrite what it has. */
export function isFull(reader: Reader): boolean {
  const flags = reader.read(FILE_FLAGS, 4)
  return flags.length === 4 && (flags.readUInt32LE(0) & FULL) !== 0
}

function findChunks(reader: Reader, problems: Problems): Slot[] {
  const slots: Slot[] = []
  if (reader.size === 0) {
    problems.add('evtx-empty', 'The event log is an empty file', reader.name)
    return slots
  }
  const magic = reader.read(0, FILE_MAGIC.length)
  if (reader.read(4, 4).equals(OLD_MAGIC)) {
    problems.add('evtx-of-windows-xp', 'An event log of Windows XP or Server 2003, which is not read', reader.name)
    return slots
  }
  if (!magic.equals(FILE_MAGIC)) {
    const what = magic.every((byte) => byte === 0) ? 'starts with zeros' : 'does not start as an event log'
    problems.add('evtx-header-damaged', `The file ${what}; its chunks are read all the same`, reader.name)
  }
  const end = Math.min(reader.size, HEADER_SIZE + MAX_CHUNKS * CHUNK_SIZE)
  const space = Buffer.allocUnsafe(FIRST_RECORD + RECORD_HEADER)
  // a full log has 320 slots, which are looked at before the first crash is told: one view of the bytes, made once
  const spaceView = viewOf(space)
  for (let offset = HEADER_SIZE; offset < end; offset += CHUNK_SIZE) {
    const head = reader.read(offset, FIRST_RECORD + RECORD_HEADER, space)
    const view = head === space ? spaceView : viewOf(head)
    if (head.length < FIRST_RECORD + RECORD_HEADER) {
      problems.add('evtx-truncated', 'The file ends inside the header of a chunk', `${reader.name} at ${offset}`)
    } else if (view.getUint32(0, true) === CHUNK_MAGIC[0] && view.getUint32(4, true) === CHUNK_MAGIC[1]) {
      slots.push({ offset, firstId: idOf(view, FIRST_RECORD) })
    } else if (!head.equals(NO_CHUNK)) {
      problems.add('evtx-chunk-damaged', 'A slot holds something other than a chunk', `${reader.name} at ${offset}`)
    }
  }
  return slots
}

/**
 * The records of a chunk. Its header tells where they end, but on a live log it may be older than they are: behind that place
 * records count as long as their ids go on without a gap. Other ids there are left over from what the slot, or the buffer
 * that was written, held before. A damaged record costs itself: the walk goes on with the next whole one whose id fits. An id that
 * is damaged is told by the record behind, which goes on from there: one bit would make the first start of a log its newest.
 */
function findRecords(chunk: Buffer, where: string, problems: Problems): Found[] {
  const found: Found[] = []
  const view = viewOf(chunk)
  const told = chunk.length > FREE_SPACE + 4 ? view.getUint32(FREE_SPACE, true) : 0
  let start = FIRST_RECORD
  let before: Found | undefined
  while (start + RECORD_MIN <= chunk.length) {
    let size = wholeSize(view, start)
    if (size === 0) {
      const next = start < told ? nextRecord(view, start, before?.id) : undefined
      if (isBegun(view, start) || next !== undefined) tellDamage(view, start, next, where, problems)
      if (next === undefined) break
      start = next
      size = wholeSize(view, start)
    }
    const end = start + size
    let id = idOf(view, start)
    // most go on from the one before: thousands are walked over before the first crash is told
    if (before !== undefined && id !== before.id + 1) {
      if (start >= told) break
      if (wholeSize(view, end) > 0 && idOf(view, end) === before.id + 2) id = before.id + 1
    }
    before = { start, end, id }
    found.push(before)
    start = end
  }
  return found
}

function isBegun(view: DataView, start: number): boolean {
  return view.getUint32(start, true) === RECORD_MAGIC
}

/** The size of a record that stands there whole, with its magic number, and the size in front and behind; else 0. */
function wholeSize(view: DataView, start: number): number {
  if (start + RECORD_MIN > view.byteLength || !isBegun(view, start)) return 0
  const size = sizeOf(view, start)
  const end = start + size
  return size >= RECORD_MIN && end <= view.byteLength && view.getUint32(end - 4, true) === size ? size : 0
}

/**
 * The next whole record behind a damaged one, on a boundary of 8 bytes as Windows writes them. No more ids may be missing
 * than records had room: what the slot held before has others.
 *
 * @param last id of the last whole record
 */
function nextRecord(view: DataView, damaged: number, last: number | undefined): number | undefined {
  for (let start = damaged + 8; start + RECORD_MIN <= view.byteLength; start += 8) {
    if (wholeSize(view, start) === 0) continue
    const missing = last === undefined ? 0 : idOf(view, start) - last - 1
    if (missing >= 0 && missing <= (start - damaged) / RECORD_MIN) return start
  }
  return undefined
}

function tellDamage(view: DataView, start: number, next: number | undefined, where: string, problems: Problems): void {
  const isCut = next === undefined && view.byteLength < CHUNK_SIZE && start + sizeOf(view, start) > view.byteLength
  const what = isCut
    ? 'The file ends inside a record; the rest of its chunk is not read'
    : next === undefined
      ? 'The two sizes of a record differ; the rest of its chunk is not read'
      : 'A record is damaged; the next whole one of its chunk is read'
  problems.add(isCut ? 'evtx-truncated' : 'evtx-record-damaged', what, `${where}+${start}`)
}

function sizeOf(view: DataView, record: number): number {
  return view.getUint32(record + 4, true)
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function idOf(view: DataView, record: number): number {
  return view.getUint32(record + 8, true) + view.getUint32(record + 12, true) * 2 ** 32
}

function* readChunk(
  reader: Reader,
  slot: Slot,
  problems: Problems,
  options: ReadEventsOptions,
  templates: Templates,
  space: Buffer,
): Generator<EventRecord, void> {
  const chunk = reader.read(slot.offset, CHUNK_SIZE, space)
  const view = viewOf(chunk)
  const where = `${reader.name} at ${slot.offset}`
  const records = findRecords(chunk, where, problems)
  if (options.newestFirst) records.reverse()
  const renderer = new EventRenderer(new ChunkXml(chunk), templates)
  const { onRecord, sinceRecordId = 0 } = options
  for (const { start, end, id } of records) {
    if (id < sinceRecordId) continue
    const written = halvesToMs(view.getUint32(start + 16, true), view.getUint32(start + 20, true))
    const writtenAt = written !== undefined && isClockTime(written) ? written : undefined
    onRecord?.(id, writtenAt)
    let event: EventRecord | undefined
    try {
      event = renderer.render(start + RECORD_HEADER, end - 4, id)
    } catch (error) {
      problems.add('evtx-event-damaged', `Record ${id} cannot be rendered: ${reasonOf(error)}`, `${where}+${start}`)
    }
    if (event && isoToMs(event.time) === undefined) event = withTime(event, writtenAt, problems, `${where}+${start}`)
    if (event) yield event
  }
}

/** An event whose own time is damaged, by the time that stands in front of its record; undefined where that is damaged too. */
function withTime(
  event: EventRecord,
  writtenAt: number | undefined,
  problems: Problems,
  where: string,
): EventRecord | undefined {
  problems.add('evtx-event-damaged', `Record ${event.recordId} has a time that no clock told`, where)
  return writtenAt === undefined ? undefined : { ...event, time: new Date(writtenAt).toISOString() }
}
