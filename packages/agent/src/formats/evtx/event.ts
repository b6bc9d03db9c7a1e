import { BinXmlError, type ChunkXml, type Element, type Instance, type Part } from './binxml.ts'
import type { Templates } from './templates.ts'
import { isArray, type TypedValue, VALUE, valueItems, valueText } from './values.ts'

/** One event, its values rendered as the event viewer shows them. */
export interface EventRecord {
  recordId: number
  /** TimeCreated, ISO 8601 in UTC with nine digits. */
  time: string
  channel: string
  provider: string
  eventId: number
  computer: string
  /** EventData in order; entries of classic events have no name. Values of UserData have their element's name. */
  data: [name: string | null, value: string][]
  /** What a wanted classic event has beside its texts, in hexadecimal; absent where it has none. */
  binary?: string
}

/** An event's texts are below 64 KiB, the chunk's size; damaged templates can repeat one value without end. */
const MAX_TEXT = 131_072
const MAX_DATA = 1_024
/** EventData inside Event is one, an event packed into UserData two. */
const MAX_NESTED_FRAGMENTS = 4
/** Certificates in events of CAPI2 nest eight deep. */
const MAX_NESTED_ELEMENTS = 16

/** Renders the fragments of one chunk into events. */
export class EventRenderer {
  readonly #xml: ChunkXml
  readonly #templates: Templates
  /** Of the templates of this chunk, by their place: what {@link Templates} decided. */
  readonly #decisions = new Map<number, ReturnType<Templates['decide']>>()
  #text = 0

  constructor(xml: ChunkXml, templates: Templates) {
    this.#xml = xml
    this.#templates = templates
  }

  /**
   * The event in [offset, end), or undefined if it is not wanted.
   *
   * @throws BinXmlError or RangeError on damaged bytes
   */
  render(offset: number, end: number, recordId: number): EventRecord | undefined {
    if (this.#isUnwanted(offset)) return undefined
    this.#text = 0
    const event = this.#xml.fragment(offset, end)
    const system = event.root.children.find((child) => child.name === 'System')
    if (!system) throw new BinXmlError(`<${event.root.name}> without <System>`)
    const child = (name: string): Element | undefined => system.children.find((element) => element.name === name)
    const elementText = (name: string): string => this.#textOf(child(name)?.parts, event)
    const attribute = (name: string, attributeName: string): string =>
      this.#textOf(child(name)?.attributes.find((entry) => entry.name === attributeName)?.parts, event)

    const provider = attribute('Provider', 'Name') || attribute('Provider', 'EventSourceName')
    const eventId = Number(elementText('EventID'))
    if (!this.#templates.isWanted(provider, eventId)) return undefined
    return {
      recordId,
      time: attribute('TimeCreated', 'SystemTime'),
      channel: elementText('Channel'),
      provider,
      eventId,
      computer: elementText('Computer'),
      ...this.#texts(event),
    }
  }

  /** Whether its template and its id alone tell that nobody wants the event. */
  #isUnwanted(offset: number): boolean {
    const definition = this.#xml.templateOf(offset)
    if (definition === undefined) return false
    let decision = this.#decisions.get(definition)
    if (decision === undefined)
      this.#decisions.set(definition, (decision = this.#templates.decide(this.#xml, definition)))
    if (typeof decision === 'string') return decision === 'none'
    const { ids, idAt, providerAt } = decision
    const value = this.#xml.valueOf(offset, definition, idAt)
    if (value?.type !== VALUE.uint16) return false
    const eventId = this.#xml.uint16At(value.offset)
    if (!ids.has(eventId)) return true
    const provider = providerAt === undefined ? undefined : this.#xml.valueOf(offset, definition, providerAt)
    return provider !== undefined && !this.#templates.isWanted(valueText(this.#xml.bytes, provider), eventId)
  }

  #texts(event: Instance): Pick<EventRecord, 'data' | 'binary'> {
    const found: Pick<EventRecord, 'data' | 'binary'> = { data: [] }
    for (const [element, instance] of this.#children(event, 0)) {
      if (element.name === 'EventData') this.#eventData({ root: element, values: instance.values }, found)
      else if (element.name === 'UserData') this.#userData({ root: element, values: instance.values }, found.data, 0)
    }
    return found
  }

  #eventData(eventData: Instance, found: Pick<EventRecord, 'data' | 'binary'>): void {
    for (const [element, instance] of this.#children(eventData, 1)) {
      if (element.name === 'Binary' && !this.#templates.areAllWanted) {
        const binary = this.#textOf(element.parts, instance)
        if (binary) found.binary ??= binary
      }
      if (element.name !== 'Data') continue
      const nameParts = element.attributes.find((attribute) => attribute.name === 'Name')?.parts
      const name = nameParts ? this.#textOf(nameParts, instance) : null
      if (name === null && this.#onlyValue(element, instance)?.size === 0) continue // no strings at all: 6005, 6006
      this.#pushAll(found.data, name, element, instance)
    }
  }

  #userData(parent: Instance, data: EventRecord['data'], depth: number): void {
    if (depth > MAX_NESTED_ELEMENTS) return
    for (const [element, instance] of this.#children(parent, depth)) {
      const inner: Instance = { root: element, values: instance.values }
      if (element.children.length > 0) this.#userData(inner, data, depth + 1)
      else this.#pushAll(data, element.name, element, inner)
    }
  }

  /** What an element holds: an array stands for one element per item. */
  #pushAll(data: EventRecord['data'], name: string | null, element: Element, instance: Instance): void {
    const only = this.#onlyValue(element, instance)
    if (only && isArray(only)) for (const item of valueItems(this.#xml.bytes, only)) this.#push(data, name, item)
    else this.#push(data, name, this.#textOf(element.parts, instance))
  }

  #onlyValue(element: Element, instance: Instance): TypedValue | undefined {
    return element.parts.length === 1 ? this.#valueOf(element.parts[0], instance) : undefined
  }

  #push(data: EventRecord['data'], name: string | null, value: string): void {
    this.#text += value.length + 16
    if (this.#text > MAX_TEXT || data.length >= MAX_DATA) throw new BinXmlError('more text than an event can hold')
    data.push([name, value])
  }

  /** Child elements, those written in the template and those that fill its places, each with the values it draws on. */
  *#children(parent: Instance, depth: number): Generator<[Element, Instance]> {
    for (const child of parent.root.children) yield [child, parent]
    if (depth > MAX_NESTED_FRAGMENTS) return
    for (const part of parent.root.parts) {
      const value = this.#valueOf(part, parent)
      if (value?.type !== VALUE.binxml || value.size === 0) continue
      const inner = this.#xml.fragment(value.offset, value.offset + value.size)
      yield [inner.root, inner]
    }
  }

  #valueOf(part: Part | undefined, instance: Instance): TypedValue | undefined {
    if (part === undefined || typeof part === 'string') return undefined
    return 'value' in part ? part.value : instance.values[part.sub]
  }

  #textOf(parts: Part[] | undefined, instance: Instance): string {
    let text = ''
    for (const part of parts ?? []) {
      if (typeof part === 'string') text += part
      else {
        const value = this.#valueOf(part, instance)
        if (value) text += valueText(this.#xml.bytes, value)
      }
      if (text.length > MAX_TEXT) throw new BinXmlError('more text than an event can hold')
    }
    return text
  }
}
