/** What a query may cost. Whatever is over a limit is refused with a sentence, before anything is read from a table. */
export const QUERY_LIMITS = {
  /** characters; a pasted list of 100 machine names fits. The API refuses more too */
  length: 2000,
  /** brackets and negations inside each other; people need three, the parser's recursion must end */
  depth: 20,
  /** terms in one query; each is at worst one pass over one index */
  terms: 64,
  /** `had:` in one query: each reads the past of whoever had it from the store, up to some seconds for a million machines */
  past: 4,
  /** values with commas in one term; each is one parameter, and SQLite takes 32,766 of them */
  values: 200,
  /** stars in one pattern over a dictionary; each multiplies what LIKE may try */
  wildcards: 3,
} as const
