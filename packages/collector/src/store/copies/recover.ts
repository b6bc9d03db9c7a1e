import { closeSync, openSync, rmSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { type DatabaseAddress, openStore } from '../store.ts'

/** Rows read at once while nothing is wrong. */
const ROWS = 500
/** Names of tables in a SQL text. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

export interface Recovered {
  readonly table: string
  readonly rows: number
  /** Stretches of the table that could not be read. How many rows were in them nobody knows. */
  readonly gaps: number
}

/**
 * Reads what can be read of a damaged database into a new one, table by table, around what is damaged.
 *
 * @param from is not changed
 * @param to must not exist
 * @throws (rejects) Error where no row at all can be read, `to` is not made then, or `to` exists
 */
export async function recover(from: string, to: string): Promise<Recovered[]> {
  closeSync(openSync(to, 'wx', 0o600))
  const address: DatabaseAddress = { kind: 'sqlite', file: to }
  await (await openStore(address)).close()
  const source = new SQLite(from, { readonly: true, fileMustExist: true })
  const target = new SQLite(to)
  let rows = 0
  try {
    // one entry of the schema that makes no sense must not keep all tables from being read
    source.unsafeMode()
    source.pragma('writable_schema = ON')
    target.pragma('foreign_keys = OFF')
    const tables = target
      .prepare(
        `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%'`,
      )
      .pluck()
      .all() as string[]
    const recovered = tables.map((table) => copyTable(source, target, table))
    rows = recovered.reduce((sum, table) => sum + table.rows, 0)
    if (rows === 0) throw new Error('no row of it is left')
    return recovered
  } finally {
    source.close()
    target.close()
    // whoever restored an empty one would have lost the fleet
    if (rows === 0) rmSync(to)
  }
}

function copyTable(source: SQLite.Database, target: SQLite.Database, table: string): Recovered {
  const known = new Set(columnsOf(target, table).map((column) => column.name))
  let found: Column[]
  try {
    found = columnsOf(source, table).filter((column) => known.has(column.name))
  } catch {
    return { table, rows: 0, gaps: 1 }
  }
  // a table that the older version did not have
  if (found.length === 0) return { table, rows: 0, gaps: 0 }
  target.prepare(`delete from ${quoted(table)}`).run()
  const names = found.map((column) => quoted(column.name)).join(', ')
  const insert = target.prepare(
    `insert or ignore into ${quoted(table)} (${names}) values (${found.map(() => '?').join(', ')})`,
  )
  let rows = 0
  const keep = target.transaction((read: unknown[][]) => {
    for (const row of read) rows += insert.run(row).changes
  })
  const gaps = hasRowid(source, table) ? byRowid(source, table, names, keep) : inKeyOrder(source, table, names, keep)
  return { table, rows, gaps }
}

/** In both directions by the row's number, each time from beyond what could not be read. */
function byRowid(source: SQLite.Database, table: string, names: string, keep: (rows: unknown[][]) => void): number {
  const page = source.prepare(
    `select rowid, ${names} from ${quoted(table)} not indexed where rowid > ? order by rowid limit ?`,
  )
  const last = lastRowid(source, table)
  let gaps = 0
  let step = 1
  for (let after = -1; ; ) {
    try {
      const read = page.raw().all(after, gaps > 0 && step > 1 ? 1 : ROWS) as unknown[][]
      const end = read.at(-1)
      if (!end) return gaps
      keep(read.map((row) => row.slice(1)))
      after = Number(end[0])
      step = 1
    } catch {
      // row by row up to the damage, then in growing steps over it
      const one = tryOne(page, after)
      if (one) {
        keep([one.slice(1)])
        after = Number(one[0])
        continue
      }
      if (step === 1) gaps++
      after += step
      step = Math.min(step * 2, 1 << 20)
      if (after > last) return gaps
    }
  }
}

function tryOne(page: SQLite.Statement, after: number): unknown[] | undefined {
  try {
    return page.raw().get(after, 1) as unknown[] | undefined
  } catch {
    return undefined
  }
}

function lastRowid(source: SQLite.Database, table: string): number {
  try {
    return Number(
      source
        .prepare(`select max(rowid) from ${quoted(table)}`)
        .pluck()
        .get() ?? 0,
    )
  } catch {
    // the end of the table is damaged: numbers rise by one, and no table of ours has more rows than this
    return 1 << 30
  }
}

/** From both ends of a table that lives in its key: what is between them and cannot be read is one gap. */
function inKeyOrder(source: SQLite.Database, table: string, names: string, keep: (rows: unknown[][]) => void): number {
  const key = columnsOf(source, table)
    .filter((column) => column.pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map((column) => quoted(column.name))
  let gaps = 0
  for (const order of ['asc', 'desc']) {
    let read: unknown[][] = []
    try {
      const by = key.map((name) => `${name} ${order}`).join(', ')
      for (const row of source
        .prepare(`select ${names} from ${quoted(table)} order by ${by}`)
        .raw()
        .iterate()) {
        read.push(row as unknown[])
        if (read.length < ROWS) continue
        keep(read)
        read = []
      }
      keep(read)
      return gaps
    } catch {
      keep(read)
      gaps = 1
    }
  }
  return gaps
}

interface Column {
  readonly name: string
  readonly pk: number
}

function columnsOf(db: SQLite.Database, table: string): Column[] {
  return db.pragma(`table_info(${quoted(table)})`) as Column[]
}

function hasRowid(db: SQLite.Database, table: string): boolean {
  const [found] = db.pragma(`table_list(${quoted(table)})`) as { wr: number }[]
  return found?.wr !== 1
}
