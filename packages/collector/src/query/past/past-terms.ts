import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ComponentMatch, HadComponentTerm, HadCrashTerm } from '../language/ast.ts'
import { isEmpty, type Stretch, stretchOf } from '../language/stretch.ts'
import { allOf, anyOf, type Condition, type Dialect, folded, inBytes, matchesPatterns } from './dialect.ts'

/** A term about the past, which only the database holds. */
export type PastTerm = HadComponentTerm | HadCrashTerm

export interface PastOptions {
  readonly dialect: Dialect
  /** ms; what relative times count from */
  readonly now: number
}

/**
 * The ids of the machines that a term about the past names, some of them more than once. Values are parameters, never text.
 * The dictionary gives the components, their index gives the machines: the cost is one range of an index.
 */
export function machinesThat(term: PastTerm, { dialect, now }: PastOptions): RawBuilder<{ id: number }> {
  const during = stretchOf(term.during, now)
  return term.type === 'had-component' ? hadComponent(dialect, term, during) : hadCrash(dialect, term, during)
}

function hadComponent(dialect: Dialect, { component }: HadComponentTerm, during: Stretch): RawBuilder<{ id: number }> {
  const conditions = [sql<SqlBool>`component_id in ${dictionary(dialect, component)}`]
  if (isEmpty(during)) conditions.push(sql<SqlBool>`false`)
  if (during.until !== null) conditions.push(sql<SqlBool>`since < ${during.until}`)
  if (during.from !== null) conditions.push(sql<SqlBool>`(until is null or until > ${during.from})`)
  return sql`select machine_id as id from exposure where ${allOf(conditions)}`
}

function hadCrash(dialect: Dialect, { codes, culprits }: HadCrashTerm, during: Stretch): RawBuilder<{ id: number }> {
  const conditions = [sql<SqlBool>`kind = 'bugcheck'`]
  if (codes.length) conditions.push(sql<SqlBool>`stop_code in (${sql.join(codes)})`)
  if (culprits.length) conditions.push(matchesPatterns(folded(dialect, 'culprit'), culprits))
  if (during.from !== null) conditions.push(sql<SqlBool>`at >= ${during.from}`)
  if (during.until !== null) conditions.push(sql<SqlBool>`at < ${during.until}`)
  return sql`select machine_id as id from crash where ${allOf(conditions)}`
}

/** The ids of the components that match: a range of component(kind, lower(name), version_key). */
function dictionary(dialect: Dialect, { kind, names, versions }: ComponentMatch): Condition {
  const conditions = [sql<SqlBool>`kind = ${kind}`]
  if (names.length) conditions.push(matchesPatterns(folded(dialect, 'name'), names))
  if (versions) {
    const key = inBytes(dialect, 'version_key')
    const ranges = versions.ranges.map(({ min, max, minOpen, maxOpen }) => {
      const ends: Condition[] = []
      if (min !== undefined) ends.push(sql<SqlBool>`${key} ${sql.raw(minOpen ? '>' : '>=')} ${min}`)
      if (max !== undefined) ends.push(sql<SqlBool>`${key} ${sql.raw(maxOpen ? '<' : '<=')} ${max}`)
      return allOf(ends)
    })
    conditions.push(anyOf(ranges))
  }
  return sql<SqlBool>`(select id from component where ${allOf(conditions)})`
}
