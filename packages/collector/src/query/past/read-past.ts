import { othersTurn } from '@pumphandle/shared/others-turn'
import type { Reader } from '../../store/index.ts'
import type { HadComponentTerm, Query } from '../language/ast.ts'
import { termsOf } from '../terms/field.ts'
import { componentsOf, exposuresOf, machinesThat, type PastOptions, type PastTerm } from './past-terms.ts'

/** Rows of one statement where SQLite answers in this thread: some milliseconds, in which no frame is read. */
const ROWS = 5_000
/** Components of one statement: most are on few machines. */
const COMPONENTS = 100

/**
 * Columns hold what is now. The machines of a query's terms about the past come from the database, and go with the query
 * into `select`. Takes some 100 ms for a version that 100,000 machines had, and nothing where the query asks only for now.
 */
export async function readPast(db: Reader, query: Query, options: PastOptions): Promise<Map<PastTerm, number[]>> {
  const found = new Map<PastTerm, number[]>()
  for (const term of termsOf(query)) {
    if (term.type !== 'had-component' && term.type !== 'had-crash') continue
    if (term.type === 'had-component' && options.dialect === 'sqlite') {
      found.set(term, [...(await inPieces(db, term, options))])
      continue
    }
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

/** Of a term that may name all that a fleet ever had: others have their turn between its pieces. */
async function inPieces(db: Reader, term: HadComponentTerm, options: PastOptions): Promise<Set<number>> {
  const machines = new Set<number>()
  let left = (await componentsOf(term, options).execute(db)).rows.map(({ id }) => id)
  let since: number | undefined
  let limit = ROWS
  while (left.length > 0) {
    await othersTurn()
    // of one that has more rows than a piece the rest comes alone
    const components = left.slice(0, since === undefined ? COMPONENTS : 1)
    const { rows } = await exposuresOf(term, options, { components, since, limit }).execute(db)
    for (const { id } of rows) machines.add(id)
    const last = rows.at(-1)
    if (!last || rows.length < limit) {
      left = left.slice(components.length)
      since = undefined
      limit = ROWS
      continue
    }
    left = left.slice(left.indexOf(last.component))
    // all of one moment: a larger piece goes beyond it
    limit = last.since === since && last.component === components[0] ? limit * 2 : ROWS
    ;({ since } = last)
  }
  return machines
}
