/**
 * UTF-16LE in [offset, offset + byteLength), as far as there are bytes. An odd number of bytes loses its last one: Node 24's
 * own decoder writes past its memory for such a range when it starts at an odd address, and the process dies.
 */
export function decodeUtf16(bytes: Buffer, offset: number, byteLength: number): string {
  const available = Math.min(byteLength, bytes.length - offset)
  if (!(offset >= 0) || !(available >= 2)) return ''
  return bytes.toString('utf16le', offset, offset + (available & ~1))
}

/** UTF-16LE up to the first NUL. */
export function utf16(bytes: Buffer, offset: number, byteLength: number): string {
  const text = decodeUtf16(bytes, offset, byteLength)
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

/** The text of a file in UTF-16 or UTF-8, with or without its mark: programs of Windows write either. */
export function decodeFile(bytes: Buffer | undefined): string {
  if (bytes === undefined) return ''
  const isMarked = bytes[0] === 0xff && bytes[1] === 0xfe
  // what is looked for in files begins with a sign of ASCII
  const isWide = isMarked || (bytes.length > 3 && bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0)
  const text = isWide ? decodeUtf16(bytes, 0, bytes.length) : bytes.toString('utf8')
  return text.replace(/^\uFEFF/, '')
}

/** The last part of a path with either kind of slash. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
