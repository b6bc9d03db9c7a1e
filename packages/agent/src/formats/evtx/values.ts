import { halvesToIso } from '../filetime.ts'
import { decodeUtf16, utf16 } from '../text.ts'

/** One typed value inside a chunk: the bytes [offset, offset + size). */
export interface TypedValue {
  type: number
  offset: number
  size: number
}

/** BinXML value types, [MS-EVEN6] section 2.2.12. The bit 0x80 makes an array of one of them. */
export const VALUE = {
  null: 0x00,
  string: 0x01,
  ansi: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  float: 0x0b,
  double: 0x0c,
  boolean: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  sizeT: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  binxml: 0x21,
} as const

const ARRAY = 0x80
/** Bytes of a value, and of an array's item, by type; strings have no fixed size, and in arrays are separated by NUL. */
export const ITEM_SIZE: Partial<Record<number, number>> = {
  [VALUE.int8]: 1,
  [VALUE.uint8]: 1,
  [VALUE.int16]: 2,
  [VALUE.uint16]: 2,
  [VALUE.int32]: 4,
  [VALUE.uint32]: 4,
  [VALUE.int64]: 8,
  [VALUE.uint64]: 8,
  [VALUE.float]: 4,
  [VALUE.double]: 8,
  [VALUE.boolean]: 4,
  [VALUE.guid]: 16,
  [VALUE.filetime]: 8,
  [VALUE.systemtime]: 16,
  [VALUE.hex32]: 4,
  [VALUE.hex64]: 8,
}

/** `{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}` as Windows writes it. */
function guidText(bytes: Buffer, offset: number): string {
  const hex = (from: number, to: number): string => bytes.toString('hex', offset + from, offset + to)
  const swapped = (from: number, to: number): string => {
    let text = ''
    for (let index = to - 1; index >= from; index--) text += hex(index, index + 1)
    return text
  }
  return `{${swapped(0, 4)}-${swapped(4, 6)}-${swapped(6, 8)}-${hex(8, 10)}-${hex(10, 16)}}`.toUpperCase()
}

/** A security identifier as `S-1-5-…`; its parts are at most 15, the limit of Windows. */
function sidText(bytes: Buffer, offset: number, size: number): string {
  if (size < 8) return ''
  const parts = Math.min(bytes.readUInt8(offset + 1), 15, Math.floor((size - 8) / 4))
  let text = `S-${bytes.readUInt8(offset)}-${bytes.readUIntBE(offset + 2, 6)}`
  for (let index = 0; index < parts; index++) text += `-${bytes.readUInt32LE(offset + 8 + 4 * index)}`
  return text
}

function systemtimeText(bytes: Buffer, offset: number): string {
  const part = (index: number, width: number): string =>
    String(bytes.readUInt16LE(offset + 2 * index)).padStart(width, '0')
  return `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}Z`
}

/** The text of one value as the event viewer shows it. Values with a size that does not fit their type give ''. */
export function valueText(bytes: Buffer, value: TypedValue): string {
  const { type, offset, size } = value
  if (type & ARRAY) return valueItems(bytes, value).join(', ')
  const needed = type === VALUE.boolean ? 1 : (ITEM_SIZE[type] ?? 0)
  if (size < needed || offset + size > bytes.length) return ''
  switch (type) {
    case VALUE.string:
      return utf16(bytes, offset, size)
    case VALUE.ansi:
      return bytes.toString('latin1', offset, offset + size).replace(/\0.*$/s, '')
    case VALUE.int8:
      return String(bytes.readInt8(offset))
    case VALUE.uint8:
      return String(bytes.readUInt8(offset))
    case VALUE.int16:
      return String(bytes.readInt16LE(offset))
    case VALUE.uint16:
      return String(bytes.readUInt16LE(offset))
    case VALUE.int32:
      return String(bytes.readInt32LE(offset))
    case VALUE.uint32:
      return String(bytes.readUInt32LE(offset))
    case VALUE.int64:
      return String(bytes.readBigInt64LE(offset))
    case VALUE.uint64:
      return String(bytes.readBigUInt64LE(offset))
    case VALUE.float:
      return String(bytes.readFloatLE(offset))
    case VALUE.double:
      return String(bytes.readDoubleLE(offset))
    case VALUE.boolean:
      return (size >= 4 ? bytes.readUInt32LE(offset) : bytes.readUInt8(offset)) ? 'true' : 'false'
    case VALUE.binary:
      return bytes.toString('hex', offset, offset + size).toUpperCase()
    case VALUE.guid:
      return guidText(bytes, offset)
    case VALUE.filetime:
      return halvesToIso(bytes.readUInt32LE(offset), bytes.readUInt32LE(offset + 4)) ?? ''
    case VALUE.systemtime:
      return systemtimeText(bytes, offset)
    case VALUE.sid:
      return sidText(bytes, offset, size)
    case VALUE.hex32:
      return `0x${bytes.readUInt32LE(offset).toString(16).padStart(8, '0')}`
    case VALUE.hex64:
      return `0x${bytes.readBigUInt64LE(offset).toString(16).padStart(16, '0')}`
    case VALUE.sizeT:
      if (size === 8) return `0x${bytes.readBigUInt64LE(offset).toString(16).padStart(16, '0')}`
      return size === 4 ? `0x${bytes.readUInt32LE(offset).toString(16).padStart(8, '0')}` : ''
    default:
      return ''
  }
}

/** Whether a value is an array, which renders as one `Data` element per item. */
export function isArray(value: TypedValue): boolean {
  return (value.type & ARRAY) !== 0
}

/** The texts of an array's items; a value that is no array is one item. */
export function valueItems(bytes: Buffer, value: TypedValue): string[] {
  if (!isArray(value)) return [valueText(bytes, value)]
  const { offset, size } = value
  const type = value.type & ~ARRAY
  if (offset + size > bytes.length) return []
  if (type === VALUE.string) {
    const text = decodeUtf16(bytes, offset, size)
    return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0')
  }
  if (type === VALUE.ansi)
    return bytes
      .toString('latin1', offset, offset + size)
      .replace(/\0$/, '')
      .split('\0')
  const step = ITEM_SIZE[type]
  if (step === undefined) return []
  const items: string[] = []
  for (let at = 0; at + step <= size; at += step)
    items.push(valueText(bytes, { type, offset: offset + at, size: step }))
  return items
}
