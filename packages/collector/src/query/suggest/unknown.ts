import type { ComponentMatch, Query, Term, TextPattern } from '../ast.ts'
import type { QueryError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { matchesAny } from '../pattern-match.ts'
import { termsOf } from '../terms/field.ts'
import type { Vocabulary, VocabularyOf } from './vocabulary.ts'

/**
 * Names in a query that nothing in the fleet bears, with what may have been meant. Not errors: tomorrow's sensor is a
 * good thing to ask for today. Names with stars are not looked at.
 */
export function unknownNames(query: Query, vocabulary: Vocabulary): QueryError[] {
  return termsOf(query).flatMap((term) => namesIn(term).flatMap(([of, p]) => unknown(of, p, term, vocabulary)))
}

function namesIn(term: Term): [VocabularyOf, TextPattern][] {
  switch (term.type) {
    case 'component':
    case 'had-component':
      return componentNames(term.component)
    case 'place':
      return term.patterns.map((p) => [term.level, p])
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
  const meant = near.length ? `: did you mean ${near.join(' or ')}?` : ''
  const message = `no machine has a ${NOUNS[of] ?? of} called ${name}${meant}`
  return [{ message, start: from, end: to, possible: [], nearest: near }]
}
