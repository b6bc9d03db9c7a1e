import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ComponentMatch, HadComponentTerm, HadCrashTerm } from '../language/ast.ts'
import { isEmpty, type Stretch } from '../language/stretch.ts'
import { allOf, anyOf, type Condition, type Dialect, folded, inBytes, matchesPatterns } from './dialect.ts'

// Each is a list of machines: the dictionary gives the components, their index gives the machines. The list is built once
// for the query, whatever else the query asks.
export type Machines = RawBuilder<{ id: number }>

export function hasComponent(dialect: Dialect, match: ComponentMatch): Condition {
  return sql<SqlBool>`machine.id in (select machine_id from machine_component where component_id in ${dictionary(dialect, match)})`
}

export function hadComponent(dialect: Dialect, { component }: HadComponentTerm, during: Stretch): Machines {
  const conditions = [sql<SqlBool>`component_id in ${dictionary(dialect, component)}`]
  if (isEmpty(during)) conditions.push(sql<SqlBool>`false`)
  if (during.until !== null) conditions.push(sql<SqlBool>`since < ${during.until}`)
  if (during.from !== null) conditions.push(sql<SqlBool>`(until is null or until > ${during.from})`)
  return sql`select machine_id as id from exposure where ${allOf(conditions)}`
}

export function hadCrash(dialect: Dialect, { codes, culprits }: HadCrashTerm, during: Stretch): Machines {
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
