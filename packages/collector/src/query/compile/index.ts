import { type Expression, type SqlBool, sql } from 'kysely'
import type { HadComponentTerm, HadCrashTerm, Query, Term } from '../language/ast.ts'
import { stretchOf } from '../language/stretch.ts'
import { hadComponent, hadCrash, hasComponent, type Machines } from './components.ts'
import { allOf, anyOf, type Condition, type Dialect, holds, notTrue } from './dialect.ts'
import { hasAttribute, hasStop, inIncident, inPlace, inTime } from './machines.ts'

export type { Dialect } from './dialect.ts'

export interface CompileOptions {
  dialect: Dialect
  /** ms; what relative times count from */
  now: number
}

/**
 * The condition that a row of `machine` meets when the query asks for it. Values are parameters, never text.
 *
 * ```ts
 * db.selectFrom('machine').selectAll().where(compile(query, { dialect: 'sqlite', now })).orderBy('id').limit(50)
 * ```
 *
 * The table must be there under the name `machine`. The cost is at worst one pass over `machine` and, for each term, one
 * over a range of an index; QUERY_LIMITS bound their number.
 */
export function compile(query: Query, options: CompileOptions): Expression<SqlBool> {
  return condition(query, options, false)
}

/**
 * Negation is carried down to the terms, since SQL's three-valued `not` leaves out rows where a value is missing, and a
 * machine that never crashed has not crashed.
 */
function condition(query: Query, options: CompileOptions, negated: boolean): Condition {
  switch (query.type) {
    case 'all':
      return negated ? sql<SqlBool>`false` : sql<SqlBool>`true`
    case 'not':
      return condition(query.of, options, !negated)
    case 'and':
    case 'or': {
      const of = query.of.map((q) => condition(q, options, negated))
      return (query.type === 'and') === negated ? anyOf(of) : allOf(of)
    }
    default:
      return negated ? notTrue(term(query, options)) : term(query, options)
  }
}

function term(t: Term, { dialect, now }: CompileOptions): Condition {
  switch (t.type) {
    case 'text':
      return holds(dialect, 'machine.search', t.text)
    case 'state':
      return sql<SqlBool>`machine.state in (${sql.join(t.states)})`
    case 'flag':
      return sql<SqlBool>`machine.unmanaged = 1`
    case 'attribute':
      return hasAttribute(dialect, t)
    case 'place':
      return inPlace(dialect, t)
    case 'component':
      return hasComponent(dialect, t.component)
    case 'time':
      return inTime(t, stretchOf(t.range, now))
    case 'stop':
      return hasStop(t)
    case 'incident':
      return inIncident(t)
    case 'had-component':
    case 'had-crash':
      return sql<SqlBool>`machine.id in (${compilePast(t, { dialect, now })})`
  }
}

/** A term about the past, which only the database holds. */
export type PastTerm = HadComponentTerm | HadCrashTerm

/** The ids of the machines that a term about the past names, some of them more than once. */
export function compilePast(t: PastTerm, { dialect, now }: CompileOptions): Machines {
  const during = stretchOf(t.during, now)
  return t.type === 'had-component' ? hadComponent(dialect, t, during) : hadCrash(dialect, t, during)
}
