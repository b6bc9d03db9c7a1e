import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Random access to bounded bytes: what every parser here reads from. `read` gives at most `length` bytes and fewer (or
 * none) past the end; it never throws for a range outside the file.
 */
export interface Reader {
  /** What to call this input in problems: a path inside the volume. */
  readonly name: string
  /** Bytes when it was opened. A live event log may grow; its next reading sees the rest. */
  readonly size: number
  /**
   * @param space bytes may be put here, which spares a buffer: what is given then holds until the next reading into it
   */
  read(offset: number, length: number, space?: Buffer): Buffer
  close(): void
}

/** No parser asks for more at once; a damaged length field must not be able to allocate gigabytes. */
const MAX_READ = 16 * 1024 * 1024

const NOTHING = Buffer.alloc(0)

/**
 * A reader over an open file. Node opens files on Windows with every share mode (libuv src/win/fs.c), which is what lets
 * a live event log be read while the event log service writes it.
 *
 * @throws what `fs.openSync` throws: the caller knows what a missing or locked file means.
 */
export function fileReader(path: string, name = path): Reader {
  const descriptor = openSync(path, 'r')
  let open = true
  const close = (): void => {
    if (open) closeSync(descriptor)
    open = false
  }
  try {
    const { size } = fstatSync(descriptor)
    return {
      name,
      size,
      read: (offset, length, space) => {
        if (!(offset >= 0) || !(length > 0) || offset >= size) return NOTHING
        return readFully(descriptor, offset, Math.min(length, size - offset, MAX_READ), space)
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

function readFully(descriptor: number, offset: number, length: number, space?: Buffer): Buffer {
  const bytes = space && space.length >= length ? space : Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    let got = 0
    try {
      got = readSync(descriptor, bytes, done, length - done, offset + done)
    } catch {
      break // a bad disk sector: what was read before it is still worth having
    }
    if (got === 0) break
    done += got
  }
  return done === bytes.length ? bytes : bytes.subarray(0, done)
}
