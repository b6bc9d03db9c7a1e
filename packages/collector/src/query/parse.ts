import type { IncidentTerm, Query } from './language/ast.ts'
import { type QueryError, QueryFault } from './language/error.ts'
import { QUERY_LIMITS } from './language/limits.ts'
import { searchFold } from './language/search-text.ts'
import { type Piece, readSyntax, type Syntax } from './language/syntax.ts'
import { readField, termsOf } from './terms/field.ts'
import { unquote } from './terms/items.ts'

export type ParseResult = { ok: true; query: Query } | { ok: false; error: QueryError }

/**
 * Reads a query. Never throws: what is wrong comes back with its place and what is possible there. The cost is bounded by
 * QUERY_LIMITS, whatever the text.
 */
export function parse(text: string): ParseResult {
  try {
    const query = toQuery(readSyntax(text), [])
    const last = termsOf(query)[QUERY_LIMITS.terms]
    if (last) throw new QueryFault(`more than ${QUERY_LIMITS.terms} terms`, last.from, last.to)
    const past = termsOf(query).filter((term) => term.type.startsWith('had-'))[QUERY_LIMITS.past]
    if (past) throw new QueryFault(`more than ${QUERY_LIMITS.past} times had:`, past.from, past.to)
    return { ok: true, query }
  } catch (e) {
    if (e instanceof QueryFault) return { ok: false, error: e.error }
    throw e
  }
}

/** `incidents`: those named beside the brackets that this stands in, which a cohort inside speaks of. */
function toQuery(syntax: Syntax, incidents: IncidentTerm[]): Query {
  switch (syntax.type) {
    case 'words':
      return readWords(syntax.text)
    case 'field':
      return ofIncidents(readField(syntax), incidents)
    case 'not':
      return { type: 'not', of: toQuery(syntax.of, incidents) }
    case 'or':
      return { type: 'or', of: syntax.of.map((s) => toQuery(s, incidents)) }
    case 'and': {
      if (syntax.of.length === 0) return { type: 'all' }
      const here = syntax.of.filter(namesIncident).map((s) => readField(s) as IncidentTerm)
      return { type: 'and', of: syntax.of.map((s) => toQuery(s, here.length ? here : incidents)) }
    }
  }
}

function namesIncident(syntax: Syntax): syntax is Extract<Syntax, { type: 'field' }> {
  return syntax.type === 'field' && syntax.field.text.toLowerCase() === 'incident:'
}

/** `incident:12 cohort:at-risk` asks for the cohort of incident 12, not of any incident. */
function ofIncidents(query: Query, incidents: IncidentTerm[]): Query {
  if (query.type !== 'incident' || query.cohorts.length === 0) return query
  return { ...query, ids: [...new Set(incidents.flatMap((i) => i.ids))] }
}

function readWords(words: Piece): Query {
  const text = searchFold(unquote(words.text)).trim()
  if (text === '') throw new QueryFault('there is nothing in these quotes', words.from, words.to)
  return { type: 'text', text, from: words.from, to: words.to }
}
