/** Why a query can't be read: a sentence, the place, and what would be possible there. */
export interface QueryError {
  message: string
  /** offsets into the query's text; `end` is after the last character */
  start: number
  end: number
  /** what may stand there, for choosing from; empty where that is open */
  possible: string[]
  /** the possible ones that look most like what was written */
  nearest: string[]
}

/** Carries a QueryError from the depths of reading to `parse`, which alone catches it. */
export class QueryFault extends Error {
  readonly error: QueryError

  constructor(message: string, start: number, end: number, possible: string[] = [], nearest: string[] = []) {
    super(message)
    this.error = { message, start, end, possible, nearest }
  }
}
