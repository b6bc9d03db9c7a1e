import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { TextPattern } from '../../model/text-pattern.ts'
import { isAny } from '../terms/items.ts'

export type Dialect = 'sqlite' | 'postgres'
export type Condition = RawBuilder<SqlBool>

/** Above every text with the same beginning, in byte order. */
const CEILING = '\u{10ffff}'

/** A column in the order of its bytes, as everything in memory is; on SQLite that is the default. */
export function inBytes(dialect: Dialect, column: string): RawBuilder<string> {
  return dialect === 'sqlite' ? sql`${sql.ref(column)}` : sql`(${sql.ref(column)} collate "C")`
}

/** ASCII lower case of a column, as the indexes on lower(column) have it. */
export function folded(dialect: Dialect, column: string): RawBuilder<string> {
  return dialect === 'sqlite' ? sql`lower(${sql.ref(column)})` : sql`lower(${sql.ref(column)} collate "C")`
}

/** Whether a folded text is named by any of the patterns: a list of values, ranges of the index, LIKE for inner stars. */
export function matchesPatterns(text: RawBuilder<string>, patterns: TextPattern[]): Condition {
  if (patterns.some(isAny)) return sql<SqlBool>`${text} is not null`
  const exact = patterns.filter((p) => p.pieces.length === 1).map((p) => p.pieces[0])
  const starred = patterns.filter((p) => p.pieces.length > 1)
  const conditions = starred.map(({ pieces }) => {
    const [prefix = '', rest] = pieces
    if (pieces.length === 2 && rest === '') return beginsWith(text, prefix)
    return sql<SqlBool>`${text} like ${pieces.map(literal).join('%')} escape '\\'`
  })
  if (exact.length) conditions.push(sql<SqlBool>`${text} in (${sql.join(exact)})`)
  return anyOf(conditions)
}

/** A range of the index in byte order. */
function beginsWith(text: RawBuilder<string>, prefix: string): Condition {
  return sql<SqlBool>`(${text} >= ${prefix} and ${text} < ${prefix + CEILING})`
}

export function anyOf(conditions: Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(conditions, sql` or `)})`
}

export function allOf(conditions: Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}

function literal(piece: string): string {
  return piece.replace(/[\\%_]/g, (c) => `\\${c}`)
}
