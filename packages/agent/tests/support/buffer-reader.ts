import type { Reader } from '../../src/formats/reader.ts'

const MAX_READ = 16 * 1024 * 1024
const NOTHING = Buffer.alloc(0)

/** A reader over bytes in memory, which gives no more at once than that of files does. */
export function bufferReader(bytes: Buffer, name = 'buffer'): Reader {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => {
      if (!(offset >= 0) || !(length > 0) || offset >= bytes.length) return NOTHING
      return bytes.subarray(offset, Math.min(bytes.length, offset + Math.min(length, MAX_READ)))
    },
    close: () => {},
  }
}
