import { asciiLower } from '@pumphandle/shared/versions'
import type { MachineState } from '@pumphandle/shared/words'
import type { TextPattern } from '../../model/text-pattern.ts'
import type { Query, Term } from '../language/ast.ts'
import { QueryFault } from '../language/error.ts'
import { COHORTS, FIELDS, type Field, FLAGS, HAD_FIELDS, STATE_GROUPS, STATES } from '../language/fields.ts'
import { nearest } from '../language/nearest.ts'
import type { FieldSyntax, Piece } from '../language/syntax.ts'
import { readChoices } from './choice.ts'
import { isVersion, readComponent } from './component.ts'
import { isAny, readPattern, splitItems, unquoted } from './items.ts'
import { readIncidents, readStopCodes } from './number.ts'
import { readTimeRange } from './time.ts'

/** Reads a field and its value into a term. Throws QueryFault at the place of what is wrong. */
export function readField(syntax: FieldSyntax): Term {
  const name = asciiLower(syntax.field.text.slice(0, -1))
  const field = FIELDS[name]
  if (!field || !Object.hasOwn(FIELDS, name)) throw unknownField(name, syntax.field, Object.keys(FIELDS), 'field')
  const { value } = syntax
  if (!value) {
    const { from, to } = syntax.field
    throw new QueryFault(`${name}: needs a value right after the colon, as in ${field.example}`, from, to, [
      field.example,
    ])
  }
  const span = { from: (syntax.had ?? syntax.field).from, to: (syntax.at ?? value).to }
  if (syntax.had) return { ...readHad(name, field, value, syntax), ...span }
  if (syntax.at)
    throw new QueryFault('at: belongs right after a had: term', syntax.at.from - 'at:'.length, syntax.at.to)
  return { ...readNow(field, value), ...span }
}

function readStates(value: Piece): MachineState[] {
  const read = readChoices(value, [...STATES, 'on', 'off'] as const, 'state')
  return [...new Set(read.flatMap((state) => (state === 'on' || state === 'off' ? STATE_GROUPS[state] : [state])))]
}

/** A term that has no place of its own yet. */
type Unplaced<T> = T extends Term ? Omit<T, 'from' | 'to'> : never

function readNow(field: Field, value: Piece): Unplaced<Term> {
  switch (field.type) {
    case 'state':
      return { type: 'state', states: readStates(value) }
    case 'flag':
      return { type: 'flag', flag: readChoices(value, FLAGS, 'property')[0] ?? 'unmanaged' }
    case 'attribute':
      return {
        type: 'attribute',
        attribute: field.attribute,
        patterns: splitItems(value).map((i) => readPattern(i, true)),
      }
    case 'place':
      return { type: 'place', level: field.level, patterns: splitItems(value).map((i) => readPattern(i, false)) }
    case 'tag':
    case 'group':
      return { type: field.type, patterns: splitItems(value).map((i) => folded(readPattern(i, false))) }
    case 'component': {
      const named = field.kind === 'os' && !isVersion('os', value) && unquoted(value.text, '@').length === 0
      // os:"Windows 11*" is the name that people know, which is not the name of a component
      if (named)
        return { type: 'attribute', attribute: 'osName', patterns: splitItems(value).map((i) => readPattern(i, true)) }
      return { type: 'component', component: readComponent(field.kind, value) }
    }
    case 'time':
      return { type: 'time', field: field.field, range: readTimeRange(value) }
    case 'stop':
      return { type: 'stop', codes: readStopCodes(value) }
    case 'incident':
      return { type: 'incident', ids: readIncidents(value), cohorts: [] }
    case 'cohort':
      return { type: 'incident', ids: [], cohorts: readChoices(value, COHORTS, 'cohort') }
  }
}

/** As tags are kept: every alphabet's small letters. */
function folded({ pieces }: TextPattern): TextPattern {
  return { pieces: pieces.map((piece) => piece.normalize('NFC').toLowerCase()) }
}

function readHad(name: string, field: Field, value: Piece, syntax: FieldSyntax): Unplaced<Term> {
  const during = syntax.at ? readTimeRange(syntax.at) : {}
  if (field.type === 'component') return { type: 'had-component', component: readComponent(field.kind, value), during }
  if (field.type === 'stop') return { type: 'had-crash', codes: readStopCodes(value), culprits: [], during }
  if (name === 'culprit') {
    const culprits = splitItems(value).map((i) => readPattern(i, true))
    return { type: 'had-crash', codes: [], culprits: culprits.some(isAny) ? [] : culprits, during }
  }
  throw unknownField(name, syntax.field, HAD_FIELDS, 'field of the past')
}

function unknownField(name: string, at: Piece, known: string[], noun: string): QueryFault {
  const near = nearest(name, known)
  const meant = near.length
    ? `did you mean ${near.map((n) => `${n}:`).join(' or ')}?`
    : `possible are ${known.join(', ')}`
  const possible = known.map((k) => `${k}:`)
  return new QueryFault(
    `there is no ${noun} ${name}: ${meant}`,
    at.from,
    at.to,
    possible,
    near.map((n) => `${n}:`),
  )
}

/** Every term of a query, left to right. */
export function termsOf(query: Query): Term[] {
  if (query.type === 'all') return []
  if (query.type === 'not') return termsOf(query.of)
  if (query.type === 'and' || query.type === 'or') return query.of.flatMap(termsOf)
  return [query]
}
