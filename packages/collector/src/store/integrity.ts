import { closeSync, openSync, readSync, statSync } from 'node:fs'

/** What the first bytes of every SQLite database are, https://sqlite.org/fileformat.html#the_database_header */
const MAGIC = 'SQLite format 3\0'

export type FileState = 'absent' | 'empty' | 'folder' | 'other' | 'database'

/** What kind of file a database's address names, by its first bytes. */
export function fileState(file: string): FileState {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat) return 'absent'
  if (stat.isDirectory()) return 'folder'
  if (stat.size === 0) return 'empty'
  const head = Buffer.alloc(MAGIC.length)
  const open = openSync(file, 'r')
  try {
    readSync(open, head, 0, head.length, 0)
  } finally {
    closeSync(open)
  }
  return head.toString('latin1') === MAGIC ? 'database' : 'other'
}

/** Whether the last process that wrote to a database was killed: an orderly end removes the log. */
export function endedUncleanly(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}
