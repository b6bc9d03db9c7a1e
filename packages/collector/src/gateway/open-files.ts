import { readFileSync } from 'node:fs'
import { MAX_STRANGERS, RESERVED_FILES, STRANGERS_SHARE } from './limits.ts'

/** How many sockets of which kind this process may hold. */
export interface SocketShares {
  readonly agents: number
  readonly strangers: number
}

/** Files that this process may open, sockets among them; infinite where the system sets no limit or does not tell. */
export function openFilesLimit(): number {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
    return found ? Number(found[1]) : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY // Windows and macOS have no such file, and Windows no such limit
  }
}

/** @param wanted agents' connections that the configuration asks for */
export function socketShares(wanted: number, files: number): SocketShares {
  const strangers = Math.max(1, Math.min(MAX_STRANGERS, Math.floor(files * STRANGERS_SHARE)))
  return { agents: Math.max(1, Math.min(wanted, files - strangers - RESERVED_FILES)), strangers }
}
