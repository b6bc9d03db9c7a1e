/** What a column becomes where the terminal is too narrow: its text is wrapped, or the column is left out. */
export type Narrow = 'wrap' | 'omit'

/** What the table draws around each cell: a space on either side, and one between two. */
const AROUND = 3
/** A sentence in fewer columns than this is harder to read than a line that the terminal breaks. */
const LEAST_TEXT = 24

interface Width {
  readonly narrow?: Narrow | undefined
  /** Characters of the longest cell, the heading included. */
  readonly longest: number
}

export interface Fit {
  /** Which columns are shown. */
  readonly shown: readonly boolean[]
  /** Characters of each shown column's cells; null as wide as it is. */
  readonly widths: readonly (number | null)[]
}

/**
 * Fits a table into a terminal: columns that can be spared go, the last first, and sentences are wrapped into what is left.
 * @param room columns of the terminal; Infinity where nobody looks
 */
export function fit(columns: readonly Width[], room: number): Fit {
  const shown = columns.map(() => true)
  const needed = (): number =>
    columns.reduce((sum, { narrow, longest }, i) => {
      if (!shown[i]) return sum
      return sum + AROUND + (narrow === 'wrap' ? Math.min(longest, LEAST_TEXT) : longest)
    }, 0)
  for (let i = columns.length - 1; i >= 0 && needed() > room; i--) if (columns[i]?.narrow === 'omit') shown[i] = false
  let spare = Math.max(0, room - needed())
  const widths = columns.map(({ narrow, longest }, i) => {
    if (!shown[i] || narrow !== 'wrap' || longest <= LEAST_TEXT) return null
    const width = Math.min(longest, LEAST_TEXT + spare)
    spare -= width - LEAST_TEXT
    return width < longest ? width : null
  })
  return { shown, widths }
}
