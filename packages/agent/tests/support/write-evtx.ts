import { msToFiletime } from './ms-to-filetime.ts'

/** An event to be written. Texts are written as such, lists of texts as one array, bigints as FILETIME. */
export interface WrittenEvent {
  recordId: number
  /** Milliseconds since 1970. */
  at: number
  provider: string
  eventId: number
  computer?: string
  channel?: string
  /** Named values of EventData; a list instead of an object makes unnamed ones, as classic events have. */
  data?: Record<string, WrittenValue> | string[]
  /** Values are elements of their own, so many levels below UserData, instead of EventData's `Data`. */
  userDataDepth?: number
}

type WrittenValue = Buffer | string | string[] | bigint

const HEADER = 4_096
const CHUNK = 65_536
const FIRST_RECORD = 512
const TEMPLATE_ID = 0x07070707

export interface LogOptions {
  /** What a live log looks like: the header knows of no chunk. */
  hasStaleHeader?: boolean
  /** Turns the chunks around by so many places, as a circular log that was written round does. */
  rotateBy?: number
}

/** A .evtx file as Windows writes it: templates written once per chunk and filled by each record. */
export function writeEvtx(events: readonly WrittenEvent[], options: LogOptions = {}): Buffer {
  const chunks: Buffer[] = []
  let chunk = new ChunkWriter()
  for (const event of events) {
    if (!chunk.add(event)) {
      chunks.push(chunk.finish())
      chunk = new ChunkWriter()
      chunk.add(event)
    }
  }
  chunks.push(chunk.finish())
  const turn = options.rotateBy ?? 0
  const placed = [...chunks.slice(turn), ...chunks.slice(0, turn)]
  const header = Buffer.alloc(HEADER)
  header.write('ElfFile\0', 0, 'latin1')
  header.writeBigUInt64LE(BigInt(options.hasStaleHeader ? 0 : chunks.length - 1), 16)
  header.writeBigUInt64LE(BigInt(options.hasStaleHeader ? 1 : (events.at(-1)?.recordId ?? 0) + 1), 24)
  header.writeUInt32LE(128, 32)
  header.writeUInt16LE(1, 36)
  header.writeUInt16LE(3, 38)
  header.writeUInt16LE(HEADER, 40)
  header.writeUInt16LE(options.hasStaleHeader ? 1 : chunks.length, 42)
  header.writeUInt32LE(options.hasStaleHeader ? 1 : 0, 120)
  return Buffer.concat([header, ...placed])
}

class ChunkWriter {
  readonly #bytes = Buffer.alloc(CHUNK)
  readonly #names = new Map<string, number>()
  readonly #templates = new Map<string, number>()
  readonly #ids: number[] = []
  #at = FIRST_RECORD

  /** False, and nothing written, where the event does not fit any more. */
  add(event: WrittenEvent): boolean {
    const before = { at: this.#at, names: [...this.#names], templates: [...this.#templates] }
    try {
      this.#record(event)
      this.#ids.push(event.recordId)
      return true
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#bytes.fill(0, before.at)
      this.#at = before.at
      restore(this.#names, before.names)
      restore(this.#templates, before.templates)
      return false
    }
  }

  finish(): Buffer {
    const bytes = this.#bytes
    bytes.write('ElfChnk\0', 0, 'latin1')
    const [first = 0, last = 0] = [this.#ids[0], this.#ids.at(-1)]
    for (const [at, id] of [
      [8, first],
      [16, last],
      [24, first],
      [32, last],
    ] as const)
      bytes.writeBigUInt64LE(BigInt(id), at)
    bytes.writeUInt32LE(128, 40)
    bytes.writeUInt32LE(this.#at, 48)
    return bytes
  }

  #record(event: WrittenEvent): void {
    const { recordId, at, provider, eventId, computer = 'PC-1', channel = 'System', data = {} } = event
    const start = this.#at
    this.#u32(0x2a2a)
    this.#u32(0)
    this.#u64(BigInt(recordId))
    this.#u64(msToFiletime(at))
    const isList = Array.isArray(data)
    const names = isList ? ['#list'] : Object.keys(data)
    const values: Value[] = [
      { type: 0x06, bytes: u16(eventId) },
      { type: 0x11, bytes: u64(msToFiletime(at)) },
      { type: 0x0a, bytes: u64(BigInt(recordId)) },
      text(channel),
      text(computer),
      ...(isList ? [valueOf(data)] : Object.values(data).map(valueOf)),
    ]
    this.#put(0x0f, 1, 1, 0, 0x0c, 1)
    this.#u32(TEMPLATE_ID)
    const types = values.map(({ type }) => type)
    const key = `${provider}|${names.join(',')}|${types.join(',')}|${event.userDataDepth ?? 0}`
    const known = this.#templates.get(key)
    this.#u32(known ?? this.#at + 4)
    if (known === undefined) this.#template(key, provider, names, types.slice(5), event.userDataDepth ?? 0)
    this.#u32(values.length)
    for (const { type, bytes } of values) {
      this.#u16(bytes.length)
      this.#put(type, 0)
    }
    for (const { bytes } of values) this.#raw(bytes)
    this.#put(0)
    // Windows' records begin on boundaries of 8 bytes
    this.#raw(Buffer.alloc((12 - (this.#at % 8)) % 8))
    const size = this.#at + 4 - start
    this.#u32(size)
    this.#bytes.writeUInt32LE(size, start + 4)
  }

  #template(
    key: string,
    provider: string,
    names: readonly string[],
    types: readonly number[],
    userDataDepth: number,
  ): void {
    this.#templates.set(key, this.#at)
    this.#u32(0)
    this.#u32(TEMPLATE_ID) // the first part of the template's GUID, which each record repeats
    this.#raw(Buffer.alloc(12, 7))
    const sizeAt = this.#at
    this.#u32(0)
    this.#put(0x0f, 1, 1, 0)
    this.#element('Event', () => {
      this.#element('System', () => {
        this.#element('Provider', undefined, { Name: provider })
        this.#element('EventID', () => this.#place(0, 0x06))
        this.#element('TimeCreated', undefined, { SystemTime: 1 })
        this.#element('EventRecordID', () => this.#place(2, 0x0a))
        this.#element('Channel', () => this.#place(3, 0x01))
        this.#element('Computer', () => this.#place(4, 0x01))
      })
      const place = (index: number) => () => this.#place(5 + index, types[index] ?? 0x01)
      if (userDataDepth > 0) {
        const nest = (depth: number): void => {
          if (depth > 0) return this.#element('Inner', () => nest(depth - 1))
          for (const [index, name] of names.entries()) this.#element(name, place(index))
        }
        return this.#element('UserData', () => nest(userDataDepth))
      }
      this.#element('EventData', () => {
        for (const [index, name] of names.entries()) {
          if (name === '#binary') this.#element('Binary', place(index))
          else this.#element('Data', place(index), name === '#list' ? {} : { Name: name })
        }
      })
    })
    this.#put(0)
    this.#bytes.writeUInt32LE(this.#at - sizeAt - 4, sizeAt)
  }

  #element(name: string, content?: () => void, attributes: Record<string, string | number> = {}): void {
    const entries = Object.entries(attributes)
    this.#put(entries.length > 0 ? 0x41 : 0x01)
    this.#u16(0xffff)
    this.#u32(0)
    this.#name(name)
    if (entries.length > 0) this.#u32(0)
    for (const [attribute, value] of entries) {
      this.#put(0x06)
      this.#name(attribute)
      if (typeof value === 'number') this.#place(value, 0x11)
      else {
        this.#put(0x05, 0x01)
        this.#u16(value.length)
        this.#raw(Buffer.from(value, 'utf16le'))
      }
    }
    if (!content) return this.#put(0x03)
    this.#put(0x02)
    content()
    this.#put(0x04)
  }

  #place(index: number, type: number): void {
    this.#put(0x0d)
    this.#u16(index)
    this.#put(type)
  }

  #name(name: string): void {
    const known = this.#names.get(name)
    if (known !== undefined) return this.#u32(known)
    this.#u32(this.#at + 4)
    this.#names.set(name, this.#at)
    this.#u32(0)
    this.#u16(0)
    this.#u16(name.length)
    this.#raw(Buffer.from(`${name}\0`, 'utf16le'))
  }

  #put(...bytes: number[]): void {
    for (const byte of bytes) this.#at = this.#bytes.writeUInt8(byte, this.#at)
  }

  #u16(value: number): void {
    this.#at = this.#bytes.writeUInt16LE(value, this.#at)
  }

  #u32(value: number): void {
    this.#at = this.#bytes.writeUInt32LE(value, this.#at)
  }

  #u64(value: bigint): void {
    this.#at = this.#bytes.writeBigUInt64LE(value, this.#at)
  }

  #raw(bytes: Buffer): void {
    if (this.#at + bytes.length > CHUNK) throw new RangeError('the chunk is full')
    bytes.copy(this.#bytes, this.#at)
    this.#at += bytes.length
  }
}

interface Value {
  type: number
  bytes: Buffer
}

function text(value: string): Value {
  return { type: 0x01, bytes: Buffer.from(value, 'utf16le') }
}

function valueOf(value: WrittenValue): Value {
  if (typeof value === 'string') return text(value)
  if (Buffer.isBuffer(value)) return { type: 0x0e, bytes: value }
  if (typeof value === 'bigint') return { type: 0x11, bytes: u64(value) }
  return { type: 0x81, bytes: Buffer.from(value.map((item) => `${item}\0`).join(''), 'utf16le') }
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

function restore<K, V>(map: Map<K, V>, entries: readonly [K, V][]): void {
  map.clear()
  for (const [key, value] of entries) map.set(key, value)
}
