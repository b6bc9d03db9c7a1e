import type { Problem } from '@pumphandle/shared/api'

/** A wrong query with the wrong part marked, what is wrong with it and what is possible there. */
export function QueryError({ id, query, problem }: { id: string; query: string; problem: Problem }) {
  const { start, end } = problem.position ?? { start: query.length, end: query.length }
  return (
    <div className="query-error" id={id} role="alert">
      <pre>
        {query.slice(0, start)}
        <mark>{query.slice(start, Math.max(end, start + 1)) || '␣'}</mark>
        {query.slice(Math.max(end, start + 1))}
      </pre>
      <p>
        {problem.detail ?? problem.title} <span className="quiet">(character {start + 1})</span>
      </p>
      {problem.suggestions && problem.suggestions.length > 0 && (
        <p className="quiet">Possible here: {problem.suggestions.slice(0, 8).join(', ')}</p>
      )}
    </div>
  )
}
