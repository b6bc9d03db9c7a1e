import type { Reader } from '../reader.ts'
import { utf16 } from '../text.ts'

/** What a Windows program or driver says about itself. */
export interface FileVersion {
  /** Four numbers from the fixed part, e.g. `10.0.19041.4651`; the text of the same name is free and often differs. */
  version: string
  company?: string
  product?: string
  productVersion?: string
  description?: string
  /** Link date, ms since 1970; builds that are made reproducible put a hash there, so use it with care. */
  builtAt?: number
}

/** Headers and section table; larger ones come from damage. */
const MAX_HEADERS = 4_096
const MAX_SECTIONS = 96
const RT_VERSION = 16
/** Version resources take below 4 KiB. */
const MAX_VERSION_BYTES = 65_536
/** Entries of one level of the resource directory; Windows' shell library has some 1,000. */
const MAX_RESOURCE_ENTRIES = 4_096
const FIXED_SIGNATURE = 0xfeef04bd
const MAX_DEPTH = 4

interface Section {
  rva: number
  size: number
  offset: number
}

/**
 * Reads VS_VERSIONINFO with three to six small reads, whatever the file's size: whole drivers are 1 to 5 MB and there are
 * hundreds. Undefined for a file that is no PE image or carries no version.
 */
export function readFileVersion(reader: Reader): FileVersion | undefined {
  try {
    return read(reader)
  } catch (error) {
    if (error instanceof RangeError) return undefined // an offset in a damaged header points outside what was read
    throw error
  }
}

function read(reader: Reader): FileVersion | undefined {
  const head = reader.read(0, MAX_HEADERS)
  if (head.length < 0x40 || head.toString('latin1', 0, 2) !== 'MZ') return undefined
  const pe = head.readUInt32LE(0x3c)
  if (pe + 24 > head.length || head.toString('latin1', pe, pe + 4) !== 'PE\0\0') return undefined
  const optional = pe + 24
  const isWide = head.readUInt16LE(optional) === 0x20b
  const resourceRva = head.readUInt32LE(optional + (isWide ? 112 : 96) + 2 * 8)
  const sections = readSections(head, pe)
  const at = offsetOf(resourceRva, sections)
  if (resourceRva === 0 || at === undefined) return undefined
  const data = findVersion(reader, at)
  if (!data) return undefined
  const offset = offsetOf(data.rva, sections)
  if (offset === undefined) return undefined
  const version = parseVersion(reader.read(offset, Math.min(data.size, MAX_VERSION_BYTES)))
  if (version) version.builtAt = head.readUInt32LE(pe + 8) * 1000
  return version
}

function readSections(head: Buffer, pe: number): Section[] {
  const count = Math.min(head.readUInt16LE(pe + 6), MAX_SECTIONS)
  const table = pe + 24 + head.readUInt16LE(pe + 20)
  const sections: Section[] = []
  for (let index = 0; index < count; index++) {
    const at = table + 40 * index
    if (at + 40 > head.length) break
    const size = Math.max(head.readUInt32LE(at + 8), head.readUInt32LE(at + 16))
    sections.push({ rva: head.readUInt32LE(at + 12), size, offset: head.readUInt32LE(at + 20) })
  }
  return sections
}

function offsetOf(rva: number, sections: readonly Section[]): number | undefined {
  // Sections lie in rising order; a size in memory that reaches over the next one does not own what is there.
  const section = sections.findLast(({ rva: start, size }) => rva >= start && rva < start + size)
  return section && rva - section.rva + section.offset
}

/** Type, name, language: the first version in the first language (Windows files have one; its numbers do not vary). */
function findVersion(reader: Reader, root: number): { rva: number; size: number } | undefined {
  const type = entriesOf(reader, root, root).find((entry) => entry.id === RT_VERSION)
  const name = type && entriesOf(reader, root, type.at)[0]
  const language = name && entriesOf(reader, root, name.at)[0]
  const leaf = language && reader.read(language.at, 16)
  return leaf && leaf.length === 16 ? { rva: leaf.readUInt32LE(0), size: leaf.readUInt32LE(4) } : undefined
}

function entriesOf(reader: Reader, root: number, at: number): { id: number; at: number }[] {
  const head = reader.read(at, 16)
  if (head.length < 16) return []
  const count = Math.min(head.readUInt16LE(12) + head.readUInt16LE(14), MAX_RESOURCE_ENTRIES)
  const table = reader.read(at + 16, 8 * count)
  const entries: { id: number; at: number }[] = []
  for (let index = 0; index + 8 <= table.length; index += 8) {
    entries.push({ id: table.readUInt32LE(index), at: root + (table.readUInt32LE(index + 4) & 0x7fffffff) })
  }
  return entries
}

function parseVersion(bytes: Buffer): FileVersion | undefined {
  const fixed = bytes.indexOf(Buffer.from([0xbd, 0x04, 0xef, 0xfe]))
  if (fixed < 0 || fixed + 24 > bytes.length || bytes.readUInt32LE(fixed) !== FIXED_SIGNATURE) return undefined
  const numbers = [10, 8, 14, 12].map((at) => bytes.readUInt16LE(fixed + at))
  const strings = new Map<string, string>()
  readStrings(bytes, 0, bytes.length, 0, strings)
  const version: FileVersion = { version: numbers.join('.') }
  const company = strings.get('CompanyName')
  const product = strings.get('ProductName')
  const productVersion = strings.get('ProductVersion')
  const description = strings.get('FileDescription')
  if (company) version.company = company
  if (product) version.product = product
  if (productVersion) version.productVersion = productVersion
  if (description) version.description = description
  return version
}

/** Blocks of length, value length, type and key nest: VS_VERSION_INFO, StringFileInfo, a language, then the strings. */
function readStrings(bytes: Buffer, start: number, end: number, depth: number, into: Map<string, string>): void {
  let at = start
  while (at + 6 < end && into.size < 64) {
    const length = bytes.readUInt16LE(at)
    const valueLength = bytes.readUInt16LE(at + 2)
    if (length < 8) return
    const blockEnd = Math.min(at + length, end)
    const key = utf16(bytes, at + 6, blockEnd - at - 6)
    const value = align(at + 6 + 2 * (key.length + 1))
    if (depth === 3) {
      const text = utf16(bytes, value, Math.max(0, Math.min(2 * valueLength, blockEnd - value))).trim()
      if (text && !into.has(key)) into.set(key, text)
    } else if (depth < MAX_DEPTH && key !== 'VarFileInfo') {
      readStrings(bytes, align(value + (depth === 0 ? valueLength : 0)), blockEnd, depth + 1, into)
    }
    at = align(blockEnd)
  }
}

function align(offset: number): number {
  return (offset + 3) & ~3
}
