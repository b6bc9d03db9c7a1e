import { compareVersions, matches, parseVersionPattern } from '@pumphandle/shared/versions'
import { matchesAny, type TextPattern } from '../../model/text-pattern.ts'
import type { ComponentMatch, ComponentTerm, Query, Term } from '../language/ast.ts'
import type { QueryError } from '../language/error.ts'
import { nearest } from '../language/nearest.ts'
import { termsOf } from '../terms/field.ts'
import type { Vocabulary, VocabularyOf } from './vocabulary.ts'

/**
 * Names and versions in a query that nothing in the fleet bears, with what may have been meant. Not errors: tomorrow's
 * sensor is a good thing to ask for today. Those with stars are not looked at, nor are ranges.
 */
export function unknownNames(query: Query, vocabulary: Vocabulary): QueryError[] {
  return termsOf(query).flatMap((term) => {
    const names = namesIn(term).flatMap(([of, p]) => unknown(of, p, term, vocabulary))
    return names.length || term.type !== 'component' ? names : unknownVersions(term, vocabulary)
  })
}

/** `7.16.18605` finds nothing where machines report 7.16.18605.0: the nearest are those that begin with it. */
function unknownVersions({ component, from, to }: ComponentTerm, vocabulary: Vocabulary): QueryError[] {
  const { kind, names, versions } = component
  const name = names.length === 1 && names[0]?.pieces.length === 1 ? names[0].pieces[0] : undefined
  if (name === undefined || !versions) return []
  const known = [...vocabulary.versions(kind, name)].map((v) => v.value)
  return versions.clauses.flatMap((clause) => {
    if (clause.type !== 'exact' || known.some((v) => compareVersions(v, clause.version) === 0)) return []
    const longer = parseVersionPattern(`"${clause.version}.*"`)
    const below = longer.ok ? known.filter((v) => matches(longer.pattern, v)) : []
    const near = (below.length ? below : nearest(clause.version, known)).slice(0, MAX_OFFERED)
    const message = `no machine has ${name} in version ${clause.version}${didYouMean(near)}`
    return [{ message, start: from, end: to, possible: [], nearest: near }]
  })
}

/** Versions offered; a name has hundreds. */
const MAX_OFFERED = 3

function didYouMean(near: string[]): string {
  return near.length ? `: did you mean ${near.join(' or ')}?` : ''
}

function namesIn(term: Term): [VocabularyOf, TextPattern][] {
  switch (term.type) {
    case 'component':
    case 'had-component':
      return componentNames(term.component)
    case 'place':
      return term.patterns.map((p) => [term.level, p])
    case 'group':
      return term.patterns.map((p) => ['group', p])
    case 'had-crash':
      return term.culprits.map((p) => ['culprit', p])
    case 'attribute': {
      const { attribute } = term
      return attribute === 'name' ? [] : term.patterns.map((p) => [attribute, p])
    }
    default:
      return []
  }
}

function componentNames({ kind, names }: ComponentMatch): [VocabularyOf, TextPattern][] {
  return names.map((p) => [kind, p])
}

const NOUNS: Partial<Record<VocabularyOf, string>> = { osName: 'Windows', pcn: 'network', os: 'os component' }

function unknown(of: VocabularyOf, pattern: TextPattern, { from, to }: Term, vocabulary: Vocabulary): QueryError[] {
  const [name = ''] = pattern.pieces
  if (pattern.pieces.length > 1) return []
  const known: string[] = []
  for (const { value, label } of vocabulary.values(of)) {
    if (matchesAny([pattern], value) || matchesAny([pattern], label ?? null)) return []
    known.push(value)
  }
  const near = nearest(name, known)
  const message = `no machine has a ${NOUNS[of] ?? of} called ${name}${didYouMean(near)}`
  return [{ message, start: from, end: to, possible: [], nearest: near }]
}
