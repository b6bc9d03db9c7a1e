import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AgentEvent } from '@pumphandle/shared/wire'
import Sqlite from 'better-sqlite3'
import { sqliteOptions } from './database.ts'
import type * as Understood from './understood.ts'

/** Numbers that are tried one by one behind one that cannot be read, before the salvage goes on in larger steps. */
const STEP_MOST = 4_096

export interface Salvaged {
  readonly events: readonly AgentEvent[]
  /** Events that were counted in the file and could not be read, or make no sense. */
  readonly lost: number
}

/** Reads what can be read of a damaged spool, event by event. Never throws. */
export function salvage(file: string): Salvaged {
  let database: Sqlite.Database
  try {
    database = new Sqlite(file, { ...sqliteOptions(), readonly: true, fileMustExist: true })
  } catch {
    return { events: [], lost: 0 }
  }
  try {
    return readAll(database)
  } catch {
    return { events: [], lost: 0 }
  } finally {
    database.close()
  }
}

function readAll(database: Sqlite.Database): Salvaged {
  const next = database.prepare<[number], { seq: number; body: string }>(
    'SELECT seq, body FROM events NOT INDEXED WHERE seq > ? ORDER BY seq LIMIT 1',
  )
  const last = tried(() => database.prepare('SELECT max(seq) FROM events').pluck().get()) ?? 0
  const understood = loadUnderstood()
  const events: AgentEvent[] = []
  let unreadable = 0
  for (let after = 0, step = 1; after <= Number(last); ) {
    try {
      const row = next.get(after)
      if (!row) break
      const event = understood(row.body)
      if (event) events.push(event)
      else unreadable++
      after = row.seq
      step = 1
    } catch {
      // the next row cannot be read: over it, in growing steps
      after += step
      step = Math.min(step * 2, STEP_MOST)
    }
  }
  // an index may still know how many there were
  const counted = tried(() => database.prepare('SELECT count(*) FROM events INDEXED BY events_order').pluck().get())
  return { events, lost: Math.max(unreadable, Number(counted ?? 0) - events.length) }
}

/** The wire's schemas are loaded here and not at the start: they hold 1 MB, and spools are hardly ever damaged. */
function loadUnderstood(): typeof Understood.understood {
  const load = createRequire(import.meta.filename)
  const isBundle = existsSync(join(import.meta.dirname, 'understood.cjs'))
  return (load(isBundle ? './understood.cjs' : './understood.ts') as typeof Understood).understood
}

function tried<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
