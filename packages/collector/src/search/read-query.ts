import { Refusal } from '../model/refusal.ts'
import { parse, type Query } from '../query/index.ts'

/** Reads a query of the language. @throws Refusal 400 that says where it is wrong and what is possible. */
export function readQuery(text: string): Query {
  const result = parse(text)
  if (result.ok) return result.query
  const { message, start, end, nearest, possible } = result.error
  throw new Refusal('malformed', 'Query not understood', message, {
    position: { start, end },
    suggestions: nearest.length > 0 ? nearest : possible.slice(0, 12),
  })
}
