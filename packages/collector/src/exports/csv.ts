import { harmless } from '@pumphandle/shared/words'

/** Excel takes a file without it for the local code page, and shows names with accents wrongly. */
const BOM = '\uFEFF'

export type Cell = string | number | null

/** What must stand between quotes, and what some spreadsheets take for the end of a cell. */
const SPECIAL = /[",;\t\r\n]/

/**
 * Lines of CSV (RFC 4180: CRLF, quotes doubled). Cells that a spreadsheet would run as a formula get a leading apostrophe;
 * numbers are written as they are. Written by hand: a library takes most of the time of an export of 100,000 machines.
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  let text = ''
  for (const row of rows) {
    let separator = ''
    for (const cell of row) {
      text += separator
      if (typeof cell === 'string') text += textCell(cell)
      else if (cell !== null) text += cell
      separator = ','
    }
    text += '\r\n'
  }
  return text
}

export function csvHeader(names: readonly string[], bom: boolean): string {
  return (bom ? BOM : '') + csvLines([names])
}

function textCell(text: string): string {
  const cell = harmless(text)
  return SPECIAL.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** A time as spreadsheets and people read it, in UTC; empty where there is none. */
export function timeCell(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString()
}
