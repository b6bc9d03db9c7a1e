import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'

/** Outside of Windows; there the data folder's access rights guard its files. */
const OWNER_ONLY = 0o600

/** Opens a file that its owner alone may read, also where it was made before with wider rights. @throws as `fs.openSync` */
export function openPrivate(path: string, flags: 'a' | 'w'): number {
  const file = openSync(path, flags, OWNER_ONLY)
  fchmodSync(file, OWNER_ONLY)
  return file
}

/**
 * Writes beside the file, flushes, and renames over it: a reader sees the old file or the new one, never a part.
 *
 * @throws where the folder cannot be written
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const file = openPrivate(`${path}.new`, 'w')
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}
