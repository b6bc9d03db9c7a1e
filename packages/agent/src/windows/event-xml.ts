import type { EventRecord } from '../formats/evtx/event.ts'

/** A newly started Windows writes some 200 records in its first minute; of more, the first ones are taken. */
const MAX_EVENTS = 1000
/** Values of one event; those that matter have ten. */
const MAX_DATA = 256

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Events as `wevtutil qe … /f:xml` writes them: one `<Event>` behind another, no element around them. Machine-made XML of one
 * schema, so that its elements are found by name, each once; an event without id, provider or record number is left out.
 */
export function readEventXml(text: string): EventRecord[] {
  const events: EventRecord[] = []
  for (let at = 0; events.length < MAX_EVENTS; ) {
    const end = text.indexOf('</Event>', at)
    if (end < 0) break
    const event = readEvent(text.slice(at, end))
    if (event) events.push(event)
    at = end + '</Event>'.length
  }
  return events
}

function readEvent(xml: string): EventRecord | undefined {
  const system = elementOf(xml, 'System')?.content ?? ''
  const recordId = Number(textOf(system, 'EventRecordID') || Number.NaN)
  const eventId = Number(textOf(system, 'EventID') || Number.NaN)
  const provider = attributeOf(system, 'Provider', 'Name') || attributeOf(system, 'Provider', 'EventSourceName')
  if (!Number.isSafeInteger(recordId) || !Number.isInteger(eventId) || provider === '') return undefined
  const binary = textOf(elementOf(xml, 'EventData')?.content ?? '', 'Binary')
  return {
    recordId,
    time: nineDigits(attributeOf(system, 'TimeCreated', 'SystemTime')),
    channel: textOf(system, 'Channel'),
    provider,
    eventId,
    computer: textOf(system, 'Computer'),
    data: dataOf(xml),
    ...(binary && { binary }),
  }
}

/** `<Data Name='x'>y</Data>` of EventData, or the innermost elements of UserData. */
function dataOf(xml: string): EventRecord['data'] {
  const eventData = elementOf(xml, 'EventData')?.content
  const userData = elementOf(xml, 'UserData')?.content ?? ''
  const data: EventRecord['data'] = []
  const element = /<([\w:.-]+)((?:\s[^<>]*?)?)(?:\/>|>([^<]*)<\/\1>)/g
  for (const [, name = '', attributes = '', value = ''] of (eventData ?? userData).matchAll(element)) {
    if (data.length >= MAX_DATA) break
    if (eventData === undefined) data.push([name, decode(value)])
    else if (name === 'Data') data.push([valueOf(attributes, 'Name') || null, decode(value)])
  }
  return data
}

/** The first element of a name: its attributes, and what is between its tags; undefined where there is none. */
function elementOf(xml: string, name: string): { attributes: string; content: string } | undefined {
  const start = xml.search(new RegExp(`<${name}[\\s/>]`))
  const tagEnd = start < 0 ? -1 : xml.indexOf('>', start)
  if (tagEnd < 0) return undefined
  const end = xml.indexOf(`</${name}>`, tagEnd)
  return {
    attributes: xml.slice(start + name.length + 1, tagEnd),
    content: xml[tagEnd - 1] === '/' || end < 0 ? '' : xml.slice(tagEnd + 1, end),
  }
}

function textOf(xml: string, element: string): string {
  return decode(elementOf(xml, element)?.content ?? '').trim()
}

function attributeOf(xml: string, element: string, attribute: string): string {
  return valueOf(elementOf(xml, element)?.attributes ?? '', attribute)
}

function valueOf(attributes: string, name: string): string {
  const [, , value = ''] = new RegExp(`\\s${name}=(['"])(.*?)\\1`, 's').exec(attributes) ?? []
  return decode(value)
}

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/** As the log's file gives it, `2024-07-19T04:12:30.500000000Z`; wevtutil writes seven digits, or none. */
function nineDigits(time: string): string {
  const [, seconds, digits = ''] = /^(.*?:\d\d)(?:\.(\d{1,9}))?Z$/.exec(time) ?? []
  return seconds === undefined ? time : `${seconds}.${digits.padEnd(9, '0')}Z`
}
