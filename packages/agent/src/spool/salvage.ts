import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { PAGE_BYTES } from './database.ts'
import { hashOf } from './hash.ts'
import { type Cell, cellsOf } from './pages.ts'
import type * as Understood from './understood.ts'

export interface Salvaged {
  /** In the order in which they were kept. */
  readonly events: readonly AgentEvent[]
  /** Events that were counted in the file and could not be read, or make no sense. */
  readonly lost: number
}

/**
 * Reads what can be read of a damaged spool, event by event, whatever of its trees and its head is broken; and counts those
 * that its indexes still name. Never throws.
 */
export function salvage(file: string): Salvaged {
  const understood = loadUnderstood()
  const bodies = new Map<number, string>()
  const hashes = new Map<number, string>()
  const named = new Set<number>()
  try {
    for (const { rowid, columns } of cellsOf(file, PAGE_BYTES)) {
      if (rowid === undefined) {
        const { seq, hash } = namedBy(columns ?? [])
        if (hash !== undefined) hashes.set(seq, hash)
        else if (seq !== NONE) named.add(seq)
      } else if (columns === undefined || isEvent(columns)) {
        named.add(rowid)
        if (columns) bodies.set(rowid, String(columns[BODY_COLUMN]))
      }
    }
  } catch {
    // what was read before is kept
  }
  const events: AgentEvent[] = []
  for (const [seq, body] of [...bodies].sort(([a], [b]) => a - b)) {
    // one that was changed in its middle may still look like an event
    const event = (hashes.get(seq) ?? hashOf(body)) === hashOf(body) ? understood(body) : undefined
    if (event) events.push(event)
  }
  return { events, lost: named.size - events.length }
}

const BODY_COLUMN = 4
const COLUMNS = 5
const NONE = -1

type Columns = NonNullable<Cell['columns']>

/** Its number stands as nothing in its own row: it is the row's. */
function isEvent(columns: Columns): boolean {
  return columns.length === COLUMNS && columns[0] === null && typeof columns[BODY_COLUMN] === 'string'
}

/** The event that an entry of an index is about: of `events`, or of `known`, which has hashes of events that went, too. */
function namedBy(columns: Columns): { seq: number; hash?: string } {
  const last = columns.at(-1)
  if (typeof last !== 'number') return { seq: NONE }
  if (columns.length === 2) return { seq: last }
  const hash = columns[1]
  return columns.length === 3 && typeof hash === 'string' ? { seq: last, hash } : { seq: NONE }
}

/** The wire's schemas are loaded here and not at the start: they hold 1 MB, and spools are hardly ever damaged. */
function loadUnderstood(): typeof Understood.understood {
  const load = createRequire(import.meta.filename)
  const isBundle = existsSync(join(import.meta.dirname, 'understood.cjs'))
  return (load(isBundle ? './understood.cjs' : './understood.ts') as typeof Understood).understood
}
