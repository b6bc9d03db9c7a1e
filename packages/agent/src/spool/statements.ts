import type Sqlite from 'better-sqlite3'
import type { SpoolDatabase } from './database.ts'

/** A row of the events as it waits. */
interface Row {
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly importance: number
  readonly body: string
}

/** Everything that is asked of a spool's database, prepared once. */
export interface Statements {
  readonly insert: Sqlite.Statement<[Omit<Row, 'seq'>]>
  readonly known: Sqlite.Statement<[string], { hash: string }>
  readonly remember: Sqlite.Statement<[string, string, number]>
  readonly forgetOld: Sqlite.Statement<[number]>
  readonly pending: Sqlite.Statement<[number], { seq: number; body: string }>
  readonly seqOf: Sqlite.Statement<[string, string], { seq: number }>
  readonly remove: Sqlite.Statement<[number]>
  readonly crash: Sqlite.Statement<[], { seq: number }>
  readonly counted: Sqlite.Statement<[], { count: number }>
  readonly recalled: Sqlite.Statement<[string], { value: string }>
  readonly write: Sqlite.Statement<[string, string]>
  readonly leastImportant: Sqlite.Statement<[], { seq: number; type: string; importance: number; bytes: number }>
  readonly countDropped: Sqlite.Statement<[string, number, number]>
  readonly allDropped: Sqlite.Statement<[], { type: string; count: number; since: number }>
  readonly total: Sqlite.Statement<[], { bytes: number }>
  readonly seqs: Sqlite.Statement<[], { seq: number }>
}

export function statementsOf(database: SpoolDatabase): Statements {
  return {
    insert: database.prepare(
      'INSERT OR REPLACE INTO events (id, type, importance, body) VALUES (@id, @type, @importance, @body)',
    ),
    known: database.prepare('SELECT hash FROM known WHERE id = ?'),
    remember: database.prepare('INSERT OR REPLACE INTO known (id, hash, seq) VALUES (?, ?, ?)'),
    forgetOld: database.prepare('DELETE FROM known WHERE seq <= ?'),
    pending: database.prepare('SELECT seq, body FROM events ORDER BY importance, seq LIMIT ?'),
    seqOf: database.prepare('SELECT seq FROM events WHERE id = ? AND body = ?'),
    remove: database.prepare('DELETE FROM events WHERE seq = ?'),
    // crashes are of the first importance, and the index begins with that
    crash: database.prepare("SELECT seq FROM events WHERE importance = 0 AND type = 'crash' LIMIT 1"),
    counted: database.prepare('SELECT count(*) AS count FROM events'),
    recalled: database.prepare('SELECT value FROM memory WHERE key = ?'),
    write: database.prepare('INSERT OR REPLACE INTO memory (key, value) VALUES (?, ?)'),
    leastImportant: database.prepare(
      'SELECT seq, type, importance, length(body) AS bytes FROM events ORDER BY importance DESC, seq LIMIT 1',
    ),
    countDropped: database.prepare(
      'INSERT INTO dropped (type, count, since) VALUES (?, ?, ?) ON CONFLICT (type) DO UPDATE SET count = count + excluded.count',
    ),
    allDropped: database.prepare('SELECT * FROM dropped'),
    total: database.prepare('SELECT coalesce(sum(length(body)), 0) AS bytes FROM events'),
    seqs: database.prepare('SELECT seq FROM events'),
  }
}

/** What a spool in memory began with of the file that it stands in for. */
export interface Had {
  /** Events' numbers. */
  readonly seqs: ReadonlySet<number>
  /** Types of which events had been let go. */
  readonly dropped: readonly string[]
}

/**
 * Takes what a spool in memory has become into the file that it stood in for, in one transaction.
 * @param had what it has no more was acknowledged, or told
 */
export function takeOver(file: SpoolDatabase, memory: SpoolDatabase, had: Had): void {
  const has = new Set(
    statementsOf(memory)
      .seqs.all()
      .map((row) => row.seq),
  )
  const into = statementsOf(file)
  const keep = file.prepare<Row>(
    'INSERT OR REPLACE INTO events (seq, id, type, importance, body) VALUES (@seq, @id, @type, @importance, @body)',
  )
  file.transaction(() => {
    for (const seq of had.seqs) if (!has.has(seq)) into.remove.run(seq)
    for (const row of memory.prepare<[], Row>('SELECT seq, id, type, importance, body FROM events').iterate())
      keep.run(row)
    for (const row of memory.prepare<[], { id: string; hash: string; seq: number }>('SELECT * FROM known').iterate())
      into.remember.run(row.id, row.hash, row.seq)
    for (const row of memory.prepare<[], { key: string; value: string }>('SELECT * FROM memory').iterate())
      into.write.run(row.key, row.value)
    for (const type of had.dropped) file.prepare('DELETE FROM dropped WHERE type = ?').run(type)
    for (const row of memory
      .prepare<[], { type: string; count: number; since: number }>('SELECT * FROM dropped')
      .iterate())
      into.countDropped.run(row.type, row.count, row.since)
  })()
}
