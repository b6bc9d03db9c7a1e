import { utf16 } from '../text.ts'
import { ITEM_SIZE, type TypedValue, VALUE } from './values.ts'

/** Part of a text: literal characters, a value written in place, or a place that the template instance fills. */
export type Part = string | { sub: number } | { value: TypedValue }

/** An XML element as written in BinXML; `content` keeps texts and child elements in order. */
export interface Element {
  name: string
  attributes: { name: string; parts: Part[] }[]
  parts: Part[]
  children: Element[]
}

/** A template instance: a shared definition and the values that fill its places. */
export interface Instance {
  root: Element
  values: TypedValue[]
}

/** Event definitions nest five deep in practice; more than this comes from damaged bytes. */
const MAX_DEPTH = 32
/** A chunk has 65,536 bytes and each is read about once; four times that ends the work that damaged bytes can ask for. */
const MAX_TOKENS_PER_CHUNK = 262_144
/** A template instance in practice has below 60 values. */
const MAX_VALUES = 4_096

/** BinXML that cannot be what it claims to be; caught per record and reported as a problem. */
export class BinXmlError extends Error {}

/**
 * Reads the BinXML of one chunk ([MS-EVEN6] section 2.2.12, and the on-disk form with chunk-relative offsets for names
 * and template definitions). Definitions and names are parsed once per chunk.
 */
export class ChunkXml {
  readonly bytes: Buffer
  readonly #templates = new Map<number, Element | Error>()
  /** A buffer's own methods check each offset by functions that cost a cold start more than the reading. */
  readonly #view: DataView
  readonly #names = new Map<number, string>()
  #tokens = 0

  constructor(chunk: Buffer) {
    this.bytes = chunk
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
  }

  /**
   * The fragment at [offset, end): a template instance, or a bare element without places to fill.
   *
   * @throws BinXmlError or RangeError on damaged bytes
   */
  fragment(start: number, end: number): Instance {
    let offset = start
    while (offset < end) {
      this.#count({ offset, end })
      const token = this.#view.getUint8(offset)
      if (token === 0x0f) offset += 4
      else if (token === 0x0c) return this.#instance(offset)
      else if ((token & 0x3f) === 0x01) {
        return { root: this.#element({ offset, end, withDependency: false }, 0), values: [] }
      } else throw new BinXmlError(`token 0x${token.toString(16)} where a fragment starts`)
    }
    throw new BinXmlError('empty fragment')
  }

  /** Where the template stands that a record uses; undefined where it uses none. */
  templateOf(offset: number): number | undefined {
    const at = this.#startOf(offset)
    return this.#view.getUint8(at) === 0x0c ? this.#view.getUint32(at + 6, true) : undefined
  }

  /** The GUID of a template, which its copies in other chunks share; as text of 16 bytes. */
  guidOf(definition: number): string {
    return this.bytes.toString('latin1', definition + 4, definition + 20)
  }

  /** Whether a template has these bytes. */
  holds(definition: number, bytes: Buffer): boolean {
    const at = this.bytes.indexOf(bytes, definition + 24)
    return at >= 0 && at < definition + 24 + this.#view.getUint32(definition + 20, true)
  }

  /**
   * The provider written in a template, the third tag of an event, or which of a record's values it is. Undefined if neither
   * can be told. Costs a twentieth of reading the template.
   */
  providerOf(definition: number): string | number | undefined {
    const start = definition + 24
    const offset = this.#view.getUint8(start) === 0x0f ? start + 4 : start
    const cursor = { offset, end: this.bytes.length, withDependency: true }
    for (const name of ['Event', 'System', 'Provider']) {
      const { element } = this.#tag(cursor)
      if (element.name !== name) return undefined
      const parts = element.attributes.find((attribute) => attribute.name === 'Name')?.parts
      if (parts?.every((part) => typeof part === 'string')) return parts.join('')
      if (parts) return onlyPlace(parts)
    }
    return undefined
  }

  /** Which of the values of its records a template shows as the event's id; undefined where that cannot be told. */
  eventIdOf(definition: number): number | undefined {
    const system = this.#template(definition).children.find(({ name }) => name === 'System')
    return onlyPlace(system?.children.find(({ name }) => name === 'EventID')?.parts ?? [])
  }

  uint16At(offset: number): number {
    return this.#view.getUint16(offset, true)
  }

  /** One of a record's values, without reading the others; undefined where it has fewer. */
  valueOf(offset: number, definition: number, index: number): TypedValue | undefined {
    const view = this.#view
    let values = this.#startOf(offset) + 10
    if (definition === values) values += 24 + view.getUint32(values + 20, true)
    const count = view.getUint32(values, true)
    if (index >= count) return undefined
    const place = values + 4 + 4 * index
    let at = values + 4 + 4 * count
    for (let before = values + 4; before < place; before += 4) at += view.getUint16(before, true)
    return { type: view.getUint8(place + 2), offset: at, size: view.getUint16(place, true) }
  }

  #startOf(offset: number): number {
    return this.#view.getUint8(offset) === 0x0f ? offset + 4 : offset
  }

  #instance(start: number): Instance {
    const definition = this.#view.getUint32(start + 6, true)
    let offset = start + 10
    if (definition === offset) offset += 24 + this.#view.getUint32(offset + 20, true)
    // A record from before the chunk was written again names a definition that is no longer there.
    if (this.#view.getUint32(start + 2, true) !== this.#view.getUint32(definition + 4, true)) {
      throw new BinXmlError('its template is gone')
    }
    const root = this.#template(definition)
    const count = this.#view.getUint32(offset, true)
    if (count > MAX_VALUES) throw new BinXmlError(`${count} template values`)
    const values: TypedValue[] = []
    let at = offset + 4 + 4 * count
    for (let index = 0; index < count; index++) {
      const size = this.#view.getUint16(offset + 4 + 4 * index, true)
      values.push({ type: this.#view.getUint8(offset + 6 + 4 * index), offset: at, size })
      at += size
    }
    if (at > this.bytes.length) throw new BinXmlError('template values run past the chunk')
    return { root, values }
  }

  #template(definition: number): Element {
    const known = this.#templates.get(definition)
    if (known instanceof Error) throw known
    if (known) return known
    try {
      const start = definition + 24
      const end = Math.min(this.bytes.length, start + this.#view.getUint32(definition + 20, true))
      const offset = this.#view.getUint8(start) === 0x0f ? start + 4 : start
      const root = this.#element({ offset, end, withDependency: true }, 0)
      this.#templates.set(definition, root)
      return root
    } catch (error) {
      const reason = error instanceof Error ? error : new BinXmlError(String(error))
      this.#templates.set(definition, reason)
      throw reason
    }
  }

  #element(cursor: Cursor, depth: number): Element {
    if (depth > MAX_DEPTH) throw new BinXmlError('elements nest too deep')
    const { element, isEmpty } = this.#tag(cursor)
    if (!isEmpty) this.#content(element, cursor, depth)
    return element
  }

  /** A start tag with its attributes. */
  #tag(cursor: Cursor): { element: Element; isEmpty: boolean } {
    const token = this.#view.getUint8(cursor.offset)
    if ((token & 0x3f) !== 0x01) throw new BinXmlError(`token 0x${token.toString(16)} where an element starts`)
    cursor.offset += cursor.withDependency ? 7 : 5 // the dependency, and the element's size: its tokens tell its end
    const element: Element = { name: this.#name(cursor), attributes: [], parts: [], children: [] }
    if (token & 0x40) cursor.offset += 4 // the attribute list's size
    for (;;) {
      this.#count(cursor)
      const next = this.#view.getUint8(cursor.offset++)
      if (next === 0x02 || next === 0x03) return { element, isEmpty: next === 0x03 }
      if ((next & 0x3f) !== 0x06) throw new BinXmlError(`token 0x${next.toString(16)} inside a start tag`)
      const name = this.#name(cursor)
      element.attributes.push({ name, parts: this.#parts(cursor) })
    }
  }

  #content(element: Element, cursor: Cursor, depth: number): void {
    for (;;) {
      this.#count(cursor)
      const token = this.#view.getUint8(cursor.offset)
      const kind = token & 0x3f
      if (kind === 0x04) {
        cursor.offset += 1
        return
      }
      if (kind === 0x01) element.children.push(this.#element(cursor, depth + 1))
      else {
        const parts = this.#parts(cursor)
        if (parts.length === 0) throw new BinXmlError(`token 0x${token.toString(16)} inside <${element.name}>`)
        element.parts.push(...parts)
      }
    }
  }

  /** Texts, values and places up to the first token that is none of them. */
  #parts(cursor: Cursor): Part[] {
    const parts: Part[] = []
    for (;;) {
      this.#count(cursor)
      const at = cursor.offset
      const kind = this.#view.getUint8(at) & 0x3f
      if (kind === 0x05) parts.push(this.#value(cursor))
      else if (kind === 0x0d || kind === 0x0e) {
        parts.push({ sub: this.#view.getUint16(at + 1, true) })
        cursor.offset += 4
      } else if (kind === 0x07 || kind === 0x0b) {
        const length = 2 * this.#view.getUint16(at + 1, true)
        parts.push(utf16(this.bytes, at + 3, length))
        cursor.offset += 3 + length
      } else if (kind === 0x08) {
        parts.push(String.fromCharCode(this.#view.getUint16(at + 1, true)))
        cursor.offset += 3
      } else if (kind === 0x09) {
        cursor.offset += 1
        parts.push(entity(this.#name(cursor)))
      } else if (kind === 0x0a) {
        cursor.offset += 1
        this.#name(cursor)
        parts.push('')
      } else return parts
    }
  }

  #value(cursor: Cursor): Part {
    const type = this.#view.getUint8(cursor.offset + 1)
    const offset = cursor.offset + 2
    if (type === VALUE.string) {
      const length = 2 * this.#view.getUint16(offset, true)
      cursor.offset = offset + 2 + length
      return utf16(this.bytes, offset + 2, length)
    }
    if (type === VALUE.ansi || type === VALUE.binary) {
      const size = this.#view.getUint16(offset, true)
      cursor.offset = offset + 2 + size
      return { value: { type, offset: offset + 2, size } }
    }
    const size = FIXED_SIZE[type]
    if (size === undefined) throw new BinXmlError(`value of type 0x${type.toString(16)} in a text`)
    cursor.offset = offset + size
    return { value: { type, offset, size } }
  }

  /** A name is stored once per chunk, in place where it is first used, and by its offset afterwards. */
  #name(cursor: Cursor): string {
    const at = this.#view.getUint32(cursor.offset, true)
    cursor.offset += 4
    if (at === cursor.offset) cursor.offset += 10 + 2 * this.#view.getUint16(at + 6, true)
    const known = this.#names.get(at)
    if (known !== undefined) return known
    const length = this.#view.getUint16(at + 6, true)
    if (at + 8 + 2 * length > this.bytes.length) throw new BinXmlError('name past the end of the chunk')
    const name = utf16(this.bytes, at + 8, 2 * length)
    this.#names.set(at, name)
    return name
  }

  #count(cursor: { offset: number; end: number }): void {
    if (cursor.offset >= cursor.end) throw new BinXmlError('element without an end')
    if (++this.#tokens > MAX_TOKENS_PER_CHUNK) throw new BinXmlError('too many tokens')
  }
}

interface Cursor {
  offset: number
  end: number
  /** Elements of a template carry two bytes more than those written straight into a record. */
  withDependency: boolean
}

const FIXED_SIZE: Partial<Record<number, number>> = { [VALUE.null]: 0, ...ITEM_SIZE }

function entity(name: string): string {
  return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name] ?? `&${name};`
}

/** The place in the template that is all of a text. */
function onlyPlace(parts: readonly Part[]): number | undefined {
  const only = parts.length === 1 ? parts[0] : undefined
  return typeof only === 'object' && 'sub' in only ? only.sub : undefined
}
