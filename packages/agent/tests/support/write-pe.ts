/** What a written driver says about itself. */
export interface WrittenVersion {
  version: string
  company?: string
  product?: string
  description?: string
  /** Link date, milliseconds since 1970. */
  builtAt?: number
  /** A section of code before the resources claims more memory than there is before them. */
  hasReachingCode?: boolean
}

const HEADERS = 0x400
const RSRC_RVA = 0x3000

/** A minimal 64-bit PE image with one section that holds a version resource. */
export function writePe({
  version,
  company,
  product,
  description,
  builtAt = Date.UTC(2024, 0, 1),
  hasReachingCode = false,
}: WrittenVersion): Buffer {
  const strings = { CompanyName: company, ProductName: product, FileDescription: description, FileVersion: version }
  const info = versionInfo(version, strings)
  const directory = Buffer.alloc(0x58)
  // Three levels with one entry each (type 16, name 1, language 1033), then the data entry.
  for (const [at, id, next] of [
    [0x00, 16, 0x80000018],
    [0x18, 1, 0x80000030],
    [0x30, 1033, 0x48],
  ] as const) {
    directory.writeUInt16LE(1, at + 14)
    directory.writeUInt32LE(id, at + 16)
    directory.writeUInt32LE(next, at + 20)
  }
  directory.writeUInt32LE(RSRC_RVA + 0x58, 0x48)
  directory.writeUInt32LE(info.length, 0x4c)
  const rsrc = pad(Buffer.concat([directory, info]), 0x200)
  const head = Buffer.alloc(HEADERS)
  head.write('MZ', 0, 'latin1')
  head.writeUInt32LE(0x80, 0x3c)
  head.write('PE\0\0', 0x80, 'latin1')
  head.writeUInt16LE(0x8664, 0x84)
  head.writeUInt16LE(hasReachingCode ? 2 : 1, 0x86)
  head.writeUInt32LE(Math.floor(builtAt / 1000), 0x88)
  head.writeUInt16LE(240, 0x94)
  const optional = 0x98
  head.writeUInt16LE(0x20b, optional)
  head.writeUInt32LE(16, optional + 108)
  head.writeUInt32LE(RSRC_RVA, optional + 112 + 16)
  head.writeUInt32LE(rsrc.length, optional + 112 + 20)
  const code = optional + 240
  if (hasReachingCode) {
    head.write('.text\0\0\0', code, 'latin1')
    head.writeUInt32LE(0xf824, code + 8)
    head.writeUInt32LE(0x1000, code + 12)
  }
  const section = code + (hasReachingCode ? 40 : 0)
  head.write('.rsrc\0\0\0', section, 'latin1')
  head.writeUInt32LE(rsrc.length, section + 8)
  head.writeUInt32LE(RSRC_RVA, section + 12)
  head.writeUInt32LE(rsrc.length, section + 16)
  head.writeUInt32LE(HEADERS, section + 20)
  return Buffer.concat([head, rsrc])
}

function versionInfo(version: string, strings: Record<string, string | undefined>): Buffer {
  const fixed = Buffer.alloc(52)
  const [a = 0, b = 0, c = 0, d = 0] = version.split('.').map(Number)
  fixed.writeUInt32LE(0xfeef04bd, 0)
  for (const at of [8, 16]) {
    fixed.writeUInt16LE(b, at)
    fixed.writeUInt16LE(a, at + 2)
    fixed.writeUInt16LE(d, at + 4)
    fixed.writeUInt16LE(c, at + 6)
  }
  const lines = Object.entries(strings).flatMap(([key, value]) => (value ? [stringBlock(key, value)] : []))
  const table = block('040904b0', 0, Buffer.alloc(0), lines)
  return block('VS_VERSION_INFO', fixed.length, fixed, [block('StringFileInfo', 0, Buffer.alloc(0), [table])])
}

function stringBlock(key: string, value: string): Buffer {
  return block(key, value.length + 1, Buffer.from(`${value}\0`, 'utf16le'), [])
}

function block(key: string, valueLength: number, value: Buffer, children: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt16LE(valueLength, 2)
  head.writeUInt16LE(children.length > 0 && valueLength === 0 ? 1 : 0, 4)
  const named = pad(Buffer.concat([head, Buffer.from(`${key}\0`, 'utf16le')]), 4)
  const whole = Buffer.concat([
    children.length > 0 ? pad(Buffer.concat([named, value]), 4) : Buffer.concat([named, value]),
    ...children.map((child) => pad(child, 4)),
  ])
  whole.writeUInt16LE(whole.length, 0)
  return whole
}

function pad(bytes: Buffer, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)])
}
