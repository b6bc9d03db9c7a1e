import { Refusal } from '../model/refusal.ts'
import { matchesAny } from '../model/text-pattern.ts'
import { parse, QUERY_LIMITS, type Query, termsOf } from '../query/index.ts'
import type { SavedQueryRow } from '../store/saved-queries.ts'

/** Saved questions by their names; those that are not understood any more are left out. */
export type Groups = ReadonlyMap<string, Query>

/** Terms and groups of a question once its groups' questions stand in their places: some passes over the fleet each. */
const MOST_TERMS = 4 * QUERY_LIMITS.terms

type Saved = Pick<SavedQueryRow, 'name' | 'q'>

/** Saved questions that are read again and again, and understood anew only where they differ: a hundred long ones take 0.2 s. */
export class SavedGroups {
  #text = ''
  #groups: Groups = new Map()

  of(saved: readonly Saved[]): Groups {
    const text = JSON.stringify(saved.map(({ name, q }) => [name, q]))
    if (text !== this.#text) {
      this.#text = text
      this.#groups = understood(saved)
    }
    return this.#groups
  }
}

function understood(saved: readonly Saved[]): Groups {
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
  const spent = { terms: 0 }
  const whole = expanded(query, { groups, spent }, new Set())
  const past = termsOf(whole).filter(({ type }) => type === 'had-component' || type === 'had-crash')
  if (past.length > QUERY_LIMITS.past) throw tooMuch()
  return whole
}

interface Expanding {
  readonly groups: Groups
  /** Terms and groups so far: a dozen questions that each ask for all the others would make more of them than there is memory. */
  readonly spent: { terms: number }
}

function expanded(query: Query, expanding: Expanding, inside: ReadonlySet<string>): Query {
  if (query.type === 'not') return { ...query, of: expanded(query.of, expanding, inside) }
  if (query.type === 'and' || query.type === 'or')
    return { ...query, of: query.of.map((one) => expanded(one, expanding, inside)) }
  if (++expanding.spent.terms > MOST_TERMS) throw tooMuch()
  if (query.type !== 'group') return query
  const of: Query[] = []
  for (const [name, group] of expanding.groups)
    if (!inside.has(name) && matchesAny(query.patterns, name.normalize('NFC').toLowerCase()))
      of.push(expanded(group, expanding, new Set([...inside, name])))
  // nobody: `query` itself is left, which finds none
  return of.length === 0 ? query : { type: 'or', of }
}

function tooMuch(): Refusal {
  return new Refusal('malformed', 'Too much at once', 'With its groups’ questions this one is too long. Ask for fewer.')
}
