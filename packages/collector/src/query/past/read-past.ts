import { othersTurn } from '@pumphandle/shared/others-turn'
import type { Reader } from '../../store/index.ts'
import type { Query } from '../language/ast.ts'
import { termsOf } from '../terms/field.ts'
import { machinesThat, type PastOptions, type PastTerm } from './past-terms.ts'

/**
 * Columns hold what is now. The machines of a query's terms about the past come from the database, and go with the query
 * into `select`. Takes some 50 ms for 100,000 machines, and nothing where the query asks only for now.
 */
export async function readPast(db: Reader, query: Query, options: PastOptions): Promise<Map<PastTerm, number[]>> {
  const found = new Map<PastTerm, number[]>()
  for (const term of termsOf(query)) {
    if (term.type !== 'had-component' && term.type !== 'had-crash') continue
    const { rows } = await machinesThat(term, options).execute(db)
    // others have their turn: SQLite answers in this thread
    await othersTurn()
    found.set(
      term,
      rows.map((row) => row.id),
    )
  }
  return found
}
