import { Refusal } from '../model/refusal.ts'
import { matchesAny } from '../model/text-pattern.ts'
import { parse, QUERY_LIMITS, type Query, termsOf } from '../query/index.ts'
import type { SavedQueryRow } from '../store/saved-queries.ts'

/** Saved questions by their names; those that are not understood any more are left out. */
export type Groups = ReadonlyMap<string, Query>

/** Terms of a question once its groups' questions stand in their places: some passes over the fleet each. */
const MOST_TERMS = 4 * QUERY_LIMITS.terms

export function groupsOf(saved: readonly SavedQueryRow[]): Groups {
  const groups = new Map<string, Query>()
  for (const { name, q } of saved) {
    const read = parse(q)
    if (read.ok) groups.set(name, read.query)
  }
  return groups
}

/**
 * The question with its groups' questions in their places, so that a group is always who is in it now. A group that is in
 * itself has nobody.
 * @throws Refusal 400 where that makes more than can be asked
 */
export function withGroups(query: Query, groups: Groups): Query {
  const whole = expanded(query, groups, new Set())
  const terms = termsOf(whole)
  const past = terms.filter(({ type }) => type === 'had-component' || type === 'had-crash')
  if (terms.length > MOST_TERMS || past.length > QUERY_LIMITS.past)
    throw new Refusal(
      'malformed',
      'Too much at once',
      'With its groups’ questions this one is too long. Ask for fewer.',
    )
  return whole
}

function expanded(query: Query, groups: Groups, inside: ReadonlySet<string>): Query {
  if (query.type === 'not') return { ...query, of: expanded(query.of, groups, inside) }
  if (query.type === 'and' || query.type === 'or')
    return { ...query, of: query.of.map((one) => expanded(one, groups, inside)) }
  if (query.type !== 'group') return query
  const of: Query[] = []
  for (const [name, group] of groups)
    if (!inside.has(name) && matchesAny(query.patterns, name.normalize('NFC').toLowerCase()))
      of.push(expanded(group, groups, new Set([...inside, name])))
  // nobody: `query` itself is left, which finds none
  return of.length === 0 ? query : { type: 'or', of }
}
