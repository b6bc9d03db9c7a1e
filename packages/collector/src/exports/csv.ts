import { stringify } from 'csv-stringify/sync'

/** Excel takes a file without it for the local code page, and shows names with accents wrongly. */
const BOM = '\uFEFF'

export type Cell = string | number | null

/**
 * Lines of CSV (RFC 4180: CRLF, quotes doubled). Cells that a spreadsheet would run as a formula (beginning with =, +, -,
 * @, tab or CR) get a leading apostrophe; numbers are written as they are.
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? harmless(cell) : cell))),
    // the delimiter alone is quoted by itself only when it is whole
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  )
}

export function csvHeader(names: readonly string[], bom: boolean): string {
  return (bom ? BOM : '') + csvLines([names])
}

function harmless(text: string): string {
  return /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text
}

/** A time as spreadsheets and people read it, in UTC; empty where there is none. */
export function timeCell(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString()
}
