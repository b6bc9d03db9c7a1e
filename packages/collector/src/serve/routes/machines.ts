import type { Facet } from '@pumphandle/shared/api'
import {
  explain,
  FleetVocabulary,
  facets,
  type PageEnd,
  page,
  pageAt,
  parse,
  suggest,
  unknownNames,
} from '../../query/index.ts'
import { readQuery } from '../../search/read-query.ts'
import { incidentOf } from '../../search/search.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { fromCursor, toCursor } from '../http/cursor.ts'
import { machineRows } from '../machines/rows.ts'

export function machineListRoutes(context: ServeContext): Handlers<'machines' | 'explainQuery' | 'suggestQuery'> {
  const { book, store, fleet, index } = context
  return {
    async machines({ query: asked }) {
      const query = readQuery(asked.q)
      const { columns } = index
      const found = await index.search(query)
      const { sort, order, limit, offset } = asked
      const { ids, next } =
        offset === undefined
          ? page(columns, found, { sort, order, limit, after: pageEnd(asked.cursor) })
          : await pageAt(columns, found, { sort, order, limit, offset })
      return {
        items: await machineRows({ db: store.reader, fleet, book, columns }, ids, incidentOf(query)),
        next: next ? toCursor(next.value, next.name, next.id) : null,
        total: found.count(),
        ...(asked.facets === '1' ? { facets: facets(columns, found) satisfies Facet[] } : {}),
        explained: explain(query),
      }
    },

    async explainQuery({ query: { q } }) {
      const result = parse(q)
      if (!result.ok) {
        const { message, start, end, nearest, possible } = result.error
        const suggestions = nearest.length > 0 ? nearest : possible.slice(0, 12)
        return { ok: false, explained: '', error: { message, start, end, suggestions } }
      }
      // a name that nothing in the fleet has is no mistake of grammar, but worth a word
      const [unknown] = unknownNames(result.query, new FleetVocabulary(index.columns))
      const error = unknown
        ? { message: unknown.message, start: unknown.start, end: unknown.end, suggestions: unknown.nearest }
        : null
      return { ok: true, explained: explain(result.query), error }
    },

    suggestQuery: async ({ query: { q, at } }) =>
      suggest(q, Math.min(at, q.length), new FleetVocabulary(index.columns)),
  }
}

function pageEnd(cursor: string | undefined): PageEnd | undefined {
  const values = fromCursor(cursor, 3)
  return values && { value: values[0] ?? null, name: String(values[1]), id: Number(values[2]) }
}
