import { harmless, seen } from '@pumphandle/shared/words'
import Table from 'cli-table3'
import { Option } from 'commander'
import { stringify } from 'csv-stringify/sync'
import { fit, type Narrow } from './fit.ts'

const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const
export type Format = (typeof FORMATS)[number]

export const formatOption = (): Option =>
  new Option('-o, --output <format>', 'how to write the answer').choices([...FORMATS]).default('table')

/** A column of a table or CSV: its heading, and the text of a row. */
export interface Column<T> {
  readonly head: string
  readonly cell: (row: T) => string | number | null
  readonly narrow?: Narrow
}

/**
 * Rows as a table for people, or as JSON, one JSON object a line, or CSV for programs.
 * @param width columns of the terminal that a table is for; Infinity where nobody looks
 */
export function formatRows<T>(
  format: Format,
  rows: readonly T[],
  columns: readonly Column<T>[],
  width = Number.POSITIVE_INFINITY,
): string {
  const heads = columns.map((column) => column.head)
  const cells = (row: T): string[] => columns.map((column) => String(column.cell(row) ?? ''))
  switch (format) {
    case 'json':
      return JSON.stringify(rows, null, 2)
    case 'ndjson':
      return rows.map((row) => JSON.stringify(row)).join('\n')
    case 'csv':
      return stringify([heads, ...rows.map((row) => cells(row).map(csvCell))], { record_delimiter: 'windows' })
    case 'table':
      return rows.length === 0 ? 'None.' : formatTable([heads, ...rows.map((row) => cells(row))], columns, width)
  }
}

function formatTable(
  lines: readonly (readonly string[])[],
  columns: readonly { readonly narrow?: Narrow }[],
  width: number,
): string {
  const longest = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  const { shown, widths } = fit(
    columns.map(({ narrow }, i) => ({ narrow, longest: longest[i] ?? 0 })),
    width,
  )
  const keep = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => shown[i])
  const [head = [], ...rows] = lines.map((line) => keep(line.map(printable)))
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    chars: PLAIN,
    wordWrap: true,
    // a cell's width counts the space on either side
    colWidths: keep(widths.map((one) => (one === null ? null : one + 2))),
  })
  table.push(...rows)
  return table.toString().replace(/ +$/gm, '')
}

/** Numbers stay numbers. */
const csvCell = (text: string): string => (Number.isNaN(Number(text)) ? harmless(text) : text)

/** One thing as name and value lines, or as JSON. */
export function formatRecord(
  format: Format,
  whole: unknown,
  lines: readonly (readonly [string, string | number | null])[],
): string {
  if (format === 'json' || format === 'ndjson') return JSON.stringify(whole, null, format === 'json' ? 2 : 0)
  if (format === 'csv')
    return stringify([lines.map(([name]) => name), lines.map(([, value]) => csvCell(String(value ?? '')))])
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines
    .map(([name, value]) => `${name.padEnd(width)}  ${printable(value === null || value === '' ? '-' : String(value))}`)
    .join('\n')
}

/** Names come from machines, notes from colleagues: a terminal must not obey them, nor turn a line around. */
function printable(text: string): string {
  return seen(text.replace(/\p{Cc}/gu, '?'))
}

/** No lines: tables are read by people and cut by `awk`. */
const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
}
