import SQLite from 'better-sqlite3'

/** Faults of a file that are told: the first says enough. */
const MOST_FAULTS = 3

/**
 * Reads a whole database and looks whether it is sound. Takes about a second for each 500 MB.
 * @returns what is wrong, empty where nothing is
 */
export function faultsOfFile(file: string): readonly string[] {
  try {
    const db = new SQLite(file, { readonly: true })
    try {
      const rows = db.pragma(`integrity_check(${MOST_FAULTS})`) as { integrity_check: string }[]
      return rows.map((row) => row.integrity_check).filter((says) => says !== 'ok')
    } finally {
      db.close()
    }
  } catch (error) {
    return [(error as Error).message]
  }
}
