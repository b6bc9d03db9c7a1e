/** One practice as a file tells it. `undefined`: the file says nothing of it, and what is known stays. */
export interface PracticeRow {
  /** Line of the file, from 1, for errors. */
  readonly line: number
  readonly code: string
  readonly name: string
  readonly status: 'open' | 'closed' | 'merged'
  readonly mergedInto?: string | undefined
  readonly region?: Region | undefined
  readonly pcn?: Place | undefined
  readonly address?: string | undefined
  readonly openingHours?: string | undefined
  readonly tags?: readonly string[] | undefined
}

/** A region or network; without a name where the file has the code only. */
export interface Place {
  readonly code: string
  readonly name?: string | undefined
  /** The file has the name alone: the code is made of it. */
  readonly byName?: true
}

/** A region, with its place on the map where the file says it. */
interface Region extends Place {
  readonly tile?: Tile | undefined
}

/** From the north and from the west, from 1. */
export interface Tile {
  readonly row: number
  readonly column: number
}

/** A row that is not taken, and why. */
export interface RowError {
  readonly row: number
  readonly message: string
}

/** What a row turned out to be. `skipped` is meant: the file has rows that are no practices. */
export type ReadRow = { practice: PracticeRow } | { error: RowError } | { skipped: true }
