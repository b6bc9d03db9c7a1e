import { ILL } from './cohorts.ts'
import type { Named } from './component.ts'
import { TROUBLE } from './states.ts'

// What programs write in the query language (docs/query.md), so that a link finds what its number counted.

/** A value as a query writes it: in quotes where it holds what would end it. */
export function quoted(value: string): string {
  const escaped = value.replaceAll('"', '""').replaceAll('*', '\\*')
  return /[\s(),"@<>=]/.test(value) ? `"${escaped}"` : escaped
}

/** One term: machines of which the field has this value and no other. */
export const term = (field: string, value: string): string => `${field}:${quoted(value)}`

/** Machines that have this version; of a suspect that is a product or a model, those that have any of it. */
export function componentTerm({ kind, name, version }: Named): string {
  if (kind === 'product') return term('sensor', name)
  if (kind === 'model' || version === '') return term(kind, name)
  // a star in a version cannot be written, and none has one; a quote neither
  return `${kind}:${quoted(name)}@${/[\s(),<>=]/.test(version) ? `"${version}"` : version}`
}

const anyOf = (field: string, values: readonly string[]): string =>
  `(${values.map((value) => term(field, value)).join(' or ')})`

/** Machines in a state of trouble. */
export const IN_TROUBLE = anyOf('state', TROUBLE)

/** Machines that a technician's sheet lists at most: more is not one practice's visit. */
export const MOST_ON_SHEET = 200

/** What a practice's sheet lists: machines of the incident that are ill, else those in trouble, or all. */
export function sheetQuery(
  practice: string,
  { incident, all }: { incident?: number | string | undefined; all: boolean },
) {
  const only = incident === undefined ? IN_TROUBLE : `incident:${incident} ${anyOf('cohort', ILL)}`
  return all ? term('practice', practice) : `${term('practice', practice)} ${only}`
}
