import { type SqlBool, sql } from 'kysely'
import { SEARCH_SEPARATOR, searchFold } from '../../model/search-text.ts'
import type { AttributeTerm, IncidentTerm, PlaceTerm, StopTerm, TimeTerm } from '../language/ast.ts'
import type { Stretch } from '../language/stretch.ts'
import { isAny } from '../terms/items.ts'
import { allOf, anyOf, beginsWith, type Condition, type Dialect, folded, inBytes, matchesPatterns } from './dialect.ts'

const TIME_COLUMNS: Record<TimeTerm['field'], string> = {
  crashed: 'machine.last_crash_at',
  seen: 'machine.last_seen',
  booted: 'machine.last_boot_at',
  added: 'machine.first_seen',
  since: 'machine.state_since',
}

const ATTRIBUTE_COLUMNS: Record<Exclude<AttributeTerm['attribute'], 'name'>, string> = {
  model: 'machine.model',
  culprit: 'machine.last_crash_culprit',
  agent: 'machine.agent_version',
  osName: 'machine.os_name',
}

export function inTime({ field }: TimeTerm, { from, until }: Stretch): Condition {
  const column = sql.ref(TIME_COLUMNS[field])
  const ends: Condition[] = []
  if (from !== null) ends.push(sql<SqlBool>`${column} >= ${from}`)
  if (until !== null) ends.push(sql<SqlBool>`${column} < ${until}`)
  return ends.length ? allOf(ends) : sql<SqlBool>`${column} is not null`
}

export function hasAttribute(dialect: Dialect, { attribute, patterns }: AttributeTerm): Condition {
  if (attribute !== 'name') return matchesPatterns(folded(dialect, ATTRIBUTE_COLUMNS[attribute]), patterns)
  // the name begins machine.search, which has an index in byte order
  const search = inBytes(dialect, 'machine.search')
  return anyOf(
    patterns.map(({ pieces: [name = '', ...star] }) =>
      beginsWith(search, searchFold(name) + (star.length ? '' : SEARCH_SEPARATOR)),
    ),
  )
}

export function hasStop({ codes }: StopTerm): Condition {
  const column = sql.ref('machine.last_crash_stop')
  return codes.length ? sql<SqlBool>`${column} in (${sql.join(codes)})` : sql<SqlBool>`${column} is not null`
}

/** Places are dictionaries of at most some ten thousand rows: reading one whole is cheap. */
export function inPlace(dialect: Dialect, { level, patterns }: PlaceTerm): Condition {
  const named = patterns.some(isAny)
    ? sql<SqlBool>`true`
    : anyOf(['code', 'name'].map((c) => matchesPatterns(folded(dialect, `${level}.${c}`), patterns)))
  const ids = sql`select ${sql.ref(`${level}.id`)} from ${sql.table(level)} where ${named}`
  if (level === 'practice') return sql<SqlBool>`machine.practice_id in (${ids})`
  if (level === 'region') return sql<SqlBool>`machine.region_id in (${ids})`
  return sql<SqlBool>`machine.practice_id in (select practice.id from practice where practice.pcn_id in (${ids}))`
}

export function inIncident({ ids, cohorts }: IncidentTerm): Condition {
  const conditions = [
    ids.length
      ? sql<SqlBool>`incident_id in (${sql.join(ids)})`
      : sql<SqlBool>`incident_id in (select id from incident where resolved_at is null)`,
  ]
  if (cohorts.length) conditions.push(sql<SqlBool>`cohort in (${sql.join(cohorts)})`)
  return sql<SqlBool>`machine.id in (select machine_id from incident_machine where ${allOf(conditions)})`
}
