import { keyMatches, versionKey } from '@pumphandle/shared/versions'
import { tagKey } from '@pumphandle/shared/words'
import { matchesAny, matchesFolded } from '../../../src/model/text-pattern.ts'
import type {
  AttributeTerm,
  ComponentMatch,
  HadCrashTerm,
  IncidentTerm,
  Query,
  TimeTerm,
} from '../../../src/query/language/ast.ts'
import { SEARCH_SEPARATOR, searchFold } from '../../../src/query/language/search-text.ts'
import { contains, isEmpty, type Stretch, stretchOf } from '../../../src/query/language/stretch.ts'
import type { ComponentRecord, MachineRecord } from './machine-record.ts'

/**
 * Whether one machine is among those a query asks for, at the moment `now` (ms). Written to be obviously right, not fast:
 * columns, and SQL for the past, are tested against it.
 */
export function evaluate(query: Query, machine: MachineRecord, now: number): boolean {
  switch (query.type) {
    case 'all':
      return true
    case 'and':
      return query.of.every((q) => evaluate(q, machine, now))
    case 'or':
      return query.of.some((q) => evaluate(q, machine, now))
    case 'not':
      return !evaluate(query.of, machine, now)
    case 'text':
      return searchText(machine).includes(query.text)
    case 'state':
      return query.states.includes(machine.state)
    case 'flag':
      return machine.unmanaged
    case 'attribute':
      return hasAttribute(query, machine)
    case 'place': {
      const place = machine[query.level]
      return place !== null && (matchesAny(query.patterns, place.code) || matchesAny(query.patterns, place.name))
    }
    case 'tag':
      return machine.tags.some((tag) => matchesAny(query.patterns, tag) || matchesAny(query.patterns, tagKey(tag)))
    case 'group':
      return false
    case 'component':
      return machine.components.some((c) => isComponent(query.component, c))
    case 'time':
      return contains(stretchOf(query.range, now), machine[TIMES[query.field]])
    case 'stop':
      return isStop(query.codes, machine.lastCrashStop)
    case 'incident':
      return inIncident(query, machine)
    case 'had-component':
      return hadComponent(query.component, machine, stretchOf(query.during, now))
    case 'had-crash':
      return hadCrash(query, machine, now)
  }
}

const TIMES = {
  crashed: 'lastCrashAt',
  seen: 'lastSeen',
  booted: 'lastBootAt',
  added: 'firstSeen',
  since: 'stateSince',
} as const satisfies Record<TimeTerm['field'], keyof MachineRecord>

const ATTRIBUTES = {
  model: 'model',
  culprit: 'lastCrashCulprit',
  agent: 'agentVersion',
  osName: 'osName',
} as const

function searchText(m: MachineRecord): string {
  return [m.name, m.serial, m.practice?.code, m.practice?.name]
    .map((text) => searchFold(text ?? ''))
    .join(SEARCH_SEPARATOR)
}

function hasAttribute({ attribute, patterns }: AttributeTerm, machine: MachineRecord): boolean {
  if (attribute !== 'name') return matchesAny(patterns, machine[ATTRIBUTES[attribute]])
  const name = searchFold(machine.name)
  return patterns.some((p) => matchesFolded({ pieces: p.pieces.map(searchFold) }, name))
}

/** Whether a component is one that the match names. */
function isComponent(match: ComponentMatch, c: ComponentRecord): boolean {
  return (
    match.kind === c.kind &&
    (match.names.length === 0 || matchesAny(match.names, c.name)) &&
    (match.versions === undefined || keyMatches(match.versions, versionKey(c.version)))
  )
}

function hadComponent(match: ComponentMatch, machine: MachineRecord, during: ReturnType<typeof stretchOf>): boolean {
  return machine.exposures.some((e) => isComponent(match, e) && overlaps(during, e.since, e.until))
}

function isStop(codes: number[], code: number | null): boolean {
  return code !== null && (codes.length === 0 || codes.includes(code))
}

function hadCrash({ codes, culprits, during }: HadCrashTerm, machine: MachineRecord, now: number): boolean {
  const when = stretchOf(during, now)
  return machine.crashes.some(
    (c) =>
      contains(when, c.at) &&
      (codes.length === 0 || isStop(codes, c.stopCode)) &&
      (culprits.length === 0 || matchesAny(culprits, c.culprit)),
  )
}

/** Without a number, incidents that are resolved do not count: what is asked for is trouble now. */
function inIncident({ ids, cohorts }: IncidentTerm, machine: MachineRecord): boolean {
  return machine.incidents.some(
    (i) =>
      (ids.length === 0 ? !i.resolved : ids.includes(i.id)) && (cohorts.length === 0 || cohorts.includes(i.cohort)),
  )
}

/** Whether since <= t < end has a moment in it; an `end` of null is still going on. */
function overlaps(stretch: Stretch, since: number, end: number | null): boolean {
  if (isEmpty(stretch)) return false
  return (
    (stretch.until === null || since < stretch.until) && (stretch.from === null || end === null || end > stretch.from)
  )
}
