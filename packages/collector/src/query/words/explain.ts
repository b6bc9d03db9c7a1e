import { stopCodeName } from '@pumphandle/shared/stop-codes'
import type { PlaceLevel, Query, Term, TimeField } from '../language/ast.ts'
import { componentWords, listWords, patternWords } from './lists.ts'
import { timeWords } from './times.ts'

/**
 * A query as one sentence, so that whoever wrote it sees what it asks: `Machines that have sensor falcon in version 7.16.*
 * and are not in state healthy`.
 */
export function explain(query: Query): string {
  return query.type === 'all' ? 'All machines' : `Machines that ${clause(query, false, false)}`
}

function clause(query: Query, negated: boolean, inside: boolean): string {
  if (query.type === 'all') return negated ? 'are none' : 'are any'
  if (query.type === 'not') return clause(query.of, !negated, inside)
  if (query.type !== 'and' && query.type !== 'or') return termWords(query, negated)
  // not (a or b) reads better as not a and not b
  const joint = (query.type === 'or') === negated ? 'and' : 'or'
  const words = query.of.map((q) => clause(q, negated, true)).join(`${joint === 'or' ? ',' : ''} ${joint} `)
  return inside ? `(${words})` : words
}

/** How a verb is denied. */
const DENIED: Record<string, string> = {
  are: 'are not',
  have: 'do not have',
  had: 'never had',
  'last crashed': 'did not last crash',
  'were last heard': 'were not last heard',
  'last started': 'did not last start',
  'were first heard': 'were not first heard',
}

function termWords(term: Term, negated: boolean): string {
  const [verb, rest] = predicate(term)
  return `${negated ? (DENIED[verb] ?? `not ${verb}`) : verb} ${rest}`
}

const TIMES: Record<Exclude<TimeField, 'since'>, string> = {
  crashed: 'last crashed',
  seen: 'were last heard',
  booted: 'last started',
  added: 'were first heard',
}
const PLACES: Record<PlaceLevel, string> = { practice: 'at practice', pcn: 'in network', region: 'in region' }

function predicate(term: Term): [verb: string, rest: string] {
  switch (term.type) {
    case 'text':
      return ['have', `"${term.text}" in their name, serial number or practice`]
    case 'state':
      return ['are', `in state ${listWords(term.states)}`]
    case 'flag':
      return ['are', 'taken out of watching']
    case 'attribute':
      return attribute(term.attribute, listWords(term.patterns.map(patternWords)))
    case 'place':
      return ['are', `${PLACES[term.level]} ${listWords(term.patterns.map(patternWords))}`]
    case 'tag':
      return ['are', `tagged ${listWords(term.patterns.map(patternWords))}`]
    case 'group':
      return ['are', `in group ${listWords(term.patterns.map(patternWords))}`]
    case 'component':
      return ['have', componentWords(term.component)]
    case 'time':
      return term.field === 'since'
        ? ['are', `in their state since ${timeWords(term.range)}`]
        : [TIMES[term.field], timeWords(term.range)]
    case 'stop':
      return ['last crashed', term.codes.length ? `with stop code ${stops(term.codes)}` : 'with a stop code']
    case 'incident': {
      const incident = term.ids.length ? `incident ${listWords(term.ids.map(String))}` : 'an open incident'
      return ['are', term.cohorts.length ? `${listWords(term.cohorts)} in ${incident}` : `in ${incident}`]
    }
    case 'had-component':
      return ['had', `${componentWords(term.component)} ${timeWords(term.during)}`]
    case 'had-crash': {
      const stop = term.codes.length ? ` with stop code ${stops(term.codes)}` : ''
      const culprit = term.culprits.length ? ` that named ${listWords(term.culprits.map(patternWords))}` : ''
      return ['had', `a blue screen${stop}${culprit} ${timeWords(term.during)}`]
    }
  }
}

function attribute(name: Extract<Term, { type: 'attribute' }>['attribute'], values: string): [string, string] {
  switch (name) {
    case 'name':
      return ['are', `named ${values}`]
    case 'model':
      return ['are', `of model ${values}`]
    case 'culprit':
      return ['last crashed', `naming ${values}`]
    case 'agent':
      return ['have', `agent ${values}`]
    case 'osName':
      return ['have', `Windows named ${values}`]
  }
}

function stops(codes: number[]): string {
  return listWords(
    codes.map((code) => {
      const name = stopCodeName(code)
      const hex = `0x${code.toString(16).toUpperCase()}`
      return name ? `${hex} (${name})` : hex
    }),
  )
}
