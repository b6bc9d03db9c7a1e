import { asciiLower, keyMatches } from '@pumphandle/shared/versions'
import { keptTags, tagKey } from '@pumphandle/shared/words'
import { matchesAny, matchesFolded } from '../../model/text-pattern.ts'
import type { AttributeTerm, ComponentMatch, PlaceTerm, Query, TagTerm, Term } from '../language/ast.ts'
import { searchFold } from '../language/search-text.ts'
import { stretchOf } from '../language/stretch.ts'
import type { PastTerm } from '../past/past-terms.ts'
import { Bitset } from './bitset.ts'
import type { FleetColumns, Folded } from './fleet-columns.ts'

export interface SelectOptions {
  /** ms; what relative times count from */
  now: number
  /** what readPast reads for the query; needed where it asks for the past */
  past?: ReadonlyMap<PastTerm, Iterable<number>>
}

/** The machines a query asks for, as one bit each. */
export function select(columns: FleetColumns, query: Query, options: SelectOptions): Bitset {
  switch (query.type) {
    case 'all':
      return columns.machines.present.copy()
    case 'not':
      return select(columns, query.of, options).complementIn(columns.machines.present)
    case 'and':
      return query.of.map((q) => select(columns, q, options)).reduce((a, b) => a.and(b))
    case 'or':
      return query.of.map((q) => select(columns, q, options)).reduce((a, b) => a.or(b))
    default: {
      const found = new Bitset(columns.machines.capacity)
      selectTerm(columns, query, options, found)
      return found
    }
  }
}

function selectTerm(columns: FleetColumns, t: Term, { now, past }: SelectOptions, found: Bitset): void {
  const { machines } = columns
  switch (t.type) {
    case 'text':
      return selectText(columns, t.text, found)
    case 'state':
      return machines.state.select((s) => t.states.includes(s), found)
    case 'flag':
      return void found.or(machines.unmanaged)
    case 'attribute':
      return selectAttribute(columns, t, found)
    case 'place':
      return selectPlace(columns, t, found)
    case 'tag':
      return machines.tags.select((held) => hasTag(t.patterns, held), found)
    case 'group':
      // what is left of it where nothing put its question in its place
      return
    case 'component':
      return selectComponent(columns, t.component, found)
    case 'time':
      return machines[t.field].select(stretchOf(t.range, now), found)
    case 'stop':
      return machines.stop.select((code) => t.codes.length === 0 || t.codes.includes(code), found)
    case 'incident':
      for (const incident of columns.incidents.values()) {
        if (t.ids.length ? !t.ids.includes(incident.id) : incident.resolved_at !== null) continue
        for (const [cohort, set] of incident.cohorts)
          if (!t.cohorts.length || t.cohorts.includes(cohort)) set.addTo(found)
      }
      return
    case 'had-component':
    case 'had-crash':
      for (const id of past?.get(t) ?? []) {
        const i = machines.indexOf(id)
        if (i !== undefined) found.add(i)
      }
  }
}

/** Practices are looked through once each. A removed machine's name and serial number are empty, and a text never is. */
function selectText({ machines, practices }: FleetColumns, text: string, found: Bitset): void {
  machines.names.select(text, found)
  machines.serials.select(text, found)
  machines.practice.select((id) => practices.get(id)?.searched.includes(text) ?? false, found)
}

function selectAttribute({ machines }: FleetColumns, { attribute, patterns }: AttributeTerm, found: Bitset): void {
  if (attribute !== 'name') return machines[attribute].select((value) => matchesAny(patterns, value), found)
  const folded = patterns.map((p) => ({ pieces: p.pieces.map(searchFold) }))
  for (const [i, name] of machines.names.values.entries()) {
    if (machines.present.has(i) && folded.some((p) => matchesFolded(p, name))) found.add(i)
  }
}

function selectPlace(columns: FleetColumns, { level, patterns }: PlaceTerm, found: Bitset): void {
  const named = (place: Folded<object> | undefined): boolean =>
    place !== undefined &&
    patterns.some((p) => matchesFolded(p, place.codeFolded) || matchesFolded(p, place.nameFolded))
  const { machines, practices, pcns, regions } = columns
  if (level === 'region') machines.region.select((id) => named(regions.get(id)), found)
  else if (level === 'practice') machines.practice.select((id) => named(practices.get(id)), found)
  else machines.practice.select((id) => named(pcns.get(practices.get(id)?.pcn_id ?? 0)), found)
}

/** A key alone stands for any of its values. */
function hasTag(patterns: TagTerm['patterns'], held: string): boolean {
  return keptTags(held).some((tag) => matchesAny(patterns, tag) || matchesAny(patterns, tagKey(tag)))
}

function selectComponent(columns: FleetColumns, { kind, names, versions }: ComponentMatch, found: Bitset): void {
  for (const c of columns.ofKind(kind)) {
    if (c.machines.size === 0) continue
    if (names.length) {
      const name = asciiLower(c.name)
      if (!names.some((p) => matchesFolded(p, name))) continue
    }
    if (!versions || keyMatches(versions, c.version_key)) c.machines.addTo(found)
  }
}
