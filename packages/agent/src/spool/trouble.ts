/**
 * Why the spool's file cannot be used. Only `damaged` is about the file: the others pass, and nothing that is in it is lost.
 *
 * - `full`: no room on the disk
 * - `read-only`: it takes no writes
 * - `locked`: another program holds it, such as a scanner
 * - `disk`: the disk answers with errors, or the folder cannot be opened
 */
export type Trouble = 'damaged' | 'full' | 'read-only' | 'locked' | 'disk'

/** The file is no spool, or not a whole one. */
export class Damaged extends Error {
  override readonly name = 'Damaged'
}

/** https://sqlite.org/rescode.html, and Node's own codes from making the file; the first that the code begins with. */
const CODES: readonly (readonly [string, Trouble])[] = [
  ['SQLITE_FULL', 'full'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  // SQLite's shared memory has no room: the file cannot even be read in its usual way
  ['SQLITE_IOERR_SHM', 'full'],
  ['SQLITE_READONLY', 'read-only'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['EBUSY', 'locked'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_FORMAT', 'damaged'],
  ['SQLITE_IOERR', 'disk'],
  ['SQLITE_CANTOPEN', 'disk'],
]
/** A table whose description was damaged is a table of another form. */
const OTHER_TABLES = /no such (table|column)|has no column|malformed/

/** Undefined for an error that is not the file's. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof Damaged) return 'damaged'
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  const text = typeof code === 'string' ? code : ''
  if (text === 'SQLITE_ERROR' && OTHER_TABLES.test(error.message)) return 'damaged'
  return CODES.find(([start]) => text.startsWith(start))?.[1]
}
