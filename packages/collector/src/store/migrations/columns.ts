import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from 'kysely'

export type DatabaseKind = 'sqlite' | 'postgres'
/** Brings the tables one step further. */
export type Migration = (db: Kysely<unknown>, kind: DatabaseKind) => Promise<void>

/** A table under construction has no column type yet. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Table = CreateTableBuilder<any, any>

/** A rising id that the database gives. SQLite never reuses one (AUTOINCREMENT): cursors and snapshots refer to them. */
export function withId(table: Table, kind: DatabaseKind, name = 'id'): Table {
  return kind === 'sqlite'
    ? table.addColumn(name, 'integer', (c) => c.primaryKey().autoIncrement())
    : table.addColumn(name, 'bigint', (c) => c.primaryKey().generatedByDefaultAsIdentity())
}

/** Text whose order is that of its bytes on both databases. */
export function byteOrderText(kind: DatabaseKind): RawBuilder<unknown> {
  return kind === 'sqlite' ? sql`text` : sql`text COLLATE "C"`
}

/** `lower(column)` with ASCII rules on both databases. */
export function asciiLower(kind: DatabaseKind, column: string): RawBuilder<string> {
  return kind === 'sqlite' ? sql`lower(${sql.ref(column)})` : sql`lower(${sql.ref(column)} COLLATE "C")`
}

/** Columns of one type, all required. */
export function required(table: Table, type: 'text' | 'bigint' | 'integer', ...names: string[]): Table {
  return names.reduce((t, name) => t.addColumn(name, type, (c) => c.notNull()), table)
}

/** Columns of one type that may be null. */
export function optional(table: Table, type: 'text' | 'bigint' | 'integer', ...names: string[]): Table {
  return names.reduce((t, name) => t.addColumn(name, type), table)
}

/** Creates an index named after its table and columns. */
export async function index(db: Kysely<unknown>, table: string, ...columns: string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns(columns)
    .execute()
}

/** A table whose rows live in its primary key: saves SQLite a second tree. */
export async function createKeyed(table: Table, kind: DatabaseKind): Promise<void> {
  await (kind === 'sqlite' ? table.modifyEnd(sql`WITHOUT ROWID`) : table).execute()
}
