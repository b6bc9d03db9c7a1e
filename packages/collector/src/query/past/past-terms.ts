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
 * The ids of the machines that a term about the past names. Values are parameters, never text.
 * The dictionary gives the components, their index gives the machines: the cost is one range of an index.
 */
export function machinesThat(term: PastTerm, { dialect, now }: PastOptions): RawBuilder<{ id: number }> {
  const during = stretchOf(term.during, now)
  return term.type === 'had-component' ? hadComponent(dialect, term, during) : hadCrash(dialect, term, during)
}

function hadComponent(dialect: Dialect, { component }: HadComponentTerm, during: Stretch): RawBuilder<{ id: number }> {
  const conditions = [sql<SqlBool>`component_id in ${dictionary(dialect, component)}`, ...whileHad(during)]
  return sql`select distinct machine_id as id from exposure where ${allOf(conditions)}`
}

function whileHad(during: Stretch): Condition[] {
  const conditions: Condition[] = []
  if (isEmpty(during)) conditions.push(sql<SqlBool>`false`)
  if (during.until !== null) conditions.push(sql<SqlBool>`since < ${during.until}`)
  if (during.from !== null) conditions.push(sql<SqlBool>`(until is null or until > ${during.from})`)
  return conditions
}

/** The components that a term names, in the order of their ids. */
export function componentsOf({ component }: HadComponentTerm, { dialect }: PastOptions): RawBuilder<{ id: number }> {
  return sql`${named(dialect, component)} order by id`
}

/** Some of the rows that a term names: of these components, of the first from a time on. */
export interface Part {
  readonly components: readonly number[]
  /** ms epoch; undefined: from the beginning */
  readonly since: number | undefined
  readonly limit: number
}

/** In the order of the index, which is by component and time. */
export function exposuresOf(
  term: HadComponentTerm,
  { now }: PastOptions,
  { components, since, limit }: Part,
): RawBuilder<{ id: number; component: number; since: number }> {
  const conditions = [
    sql<SqlBool>`component_id in (${sql.join(components)})`,
    ...(since === undefined ? [] : [sql<SqlBool>`since >= ${since}`]),
    ...whileHad(stretchOf(term.during, now)),
  ]
  return sql`
    select machine_id as id, component_id as component, since from exposure
    where ${allOf(conditions)} order by component_id, since limit ${limit}`
}

function hadCrash(dialect: Dialect, { codes, culprits }: HadCrashTerm, during: Stretch): RawBuilder<{ id: number }> {
  const conditions = [sql<SqlBool>`kind = 'bugcheck'`]
  if (codes.length) conditions.push(sql<SqlBool>`stop_code in (${sql.join(codes)})`)
  if (culprits.length) conditions.push(matchesPatterns(folded(dialect, 'culprit'), culprits))
  if (during.from !== null) conditions.push(sql<SqlBool>`at >= ${during.from}`)
  if (during.until !== null) conditions.push(sql<SqlBool>`at < ${during.until}`)
  return sql`select distinct machine_id as id from crash where ${allOf(conditions)}`
}

/** The ids of the components that match: a range of component(kind, lower(name), version_key). */
function dictionary(dialect: Dialect, match: ComponentMatch): Condition {
  return sql<SqlBool>`(${named(dialect, match)})`
}

function named(dialect: Dialect, { kind, names, versions }: ComponentMatch): RawBuilder<{ id: number }> {
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
  return sql`select id from component where ${allOf(conditions)}`
}
