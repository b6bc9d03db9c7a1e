import { type RawBuilder, sql } from 'kysely'
import { isPostgres, type Reader } from './db.ts'

/** What a column of given rows holds, as PostgreSQL calls it. */
type ColumnType = 'bigint' | 'text'
type Given<Columns extends Record<string, ColumnType>> = {
  readonly [C in keyof Columns]: (Columns[C] extends 'text' ? string : number) | null
}

/**
 * Rows as a table `t` that a statement reads from, so that many machines are written by one statement on either database:
 * one for each would go to the database and back as many times, with the transaction open and every ack waiting.
 * @param columns name and type of each, as `{ machine: 'bigint', at: 'bigint' }`
 */
export function givenRows<const Columns extends Record<string, ColumnType>>(
  db: Reader,
  columns: Columns,
  rows: readonly Given<Columns>[],
): RawBuilder<unknown> {
  const names = Object.keys(columns)
  if (isPostgres(db)) {
    const arrays = names.map((name) => sql`${rows.map((row) => row[name])}::${sql.raw(columns[name] ?? 'text')}[]`)
    return sql`unnest(${sql.join(arrays)}) as t (${sql.join(names.map((name) => sql.id(name)))})`
  }
  const fields = names.map((name, at) => sql`value ->> ${sql.lit(at)} as ${sql.id(name)}`)
  const json = JSON.stringify(rows.map((row) => names.map((name) => row[name])))
  return sql`(select ${sql.join(fields)} from json_each(${json})) as t`
}
