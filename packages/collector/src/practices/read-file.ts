import { csvRows, isSeparatorRow } from '../model/csv-rows.ts'
import type { PracticeRow, RowError } from '../model/practice-row.ts'
import { Refusal } from '../model/refusal.ts'
import { ODS_LEAST_COLUMNS, type OdsRegion, readOdsRow } from './ods.ts'
import { type Header, readHeader, readPlainRow } from './plain.ts'

/** The national file has 16,000 rows. */
const MAX_ROWS = 100_000
/** Errors that are listed; a file that is wrong throughout says so with the first hundred. */
const MAX_ERRORS = 100

export interface PracticesFile {
  readonly format: 'ods' | 'plain'
  readonly rows: number
  readonly skipped: number
  readonly practices: readonly PracticeRow[]
  readonly errors: readonly RowError[]
}

/**
 * Reads an ODS practice file (no header) or a plain CSV (a header with at least `code` and `name`).
 * @throws Refusal 400 where it is neither, or is too long
 */
export async function readPracticesFile(text: string, region: OdsRegion): Promise<PracticesFile> {
  const byCode = new Map<string, PracticeRow>()
  const errors: RowError[] = []
  let header: Header | undefined
  let rows = 0
  let skipped = 0
  let failed = 0
  let first = true
  const fail = (error: RowError): void => {
    failed++
    if (errors.length < MAX_ERRORS) errors.push(error)
  }
  for await (const { record, line } of csvRows(text)) {
    if (first) {
      if (isSeparatorRow(record)) continue
      first = false
      header = readHeader(record)
      if (header) continue
      if (record.length < ODS_LEAST_COLUMNS) throw unknownFormat()
    }
    if (++rows > MAX_ROWS)
      throw new Refusal('too-large', 'Too long', `The file has more than ${MAX_ROWS} rows. Split it.`)
    const read = header ? readPlainRow(header, record, line) : readOdsRow(record, line, region)
    if ('skipped' in read) skipped++
    else if ('error' in read) fail(read.error)
    else {
      const { code } = read.practice
      const twice = byCode.get(code)
      if (twice) fail({ row: line, message: `Line ${line}: ${code} stands in line ${twice.line} already.` })
      else byCode.set(code, read.practice)
    }
  }
  if (first) throw unknownFormat()
  if (failed > errors.length) errors.push({ row: 0, message: `And ${failed - errors.length} more rows with errors.` })
  return { format: header ? 'plain' : 'ods', rows, skipped, practices: [...byCode.values()], errors }
}

function unknownFormat(): Refusal {
  return new Refusal(
    'malformed',
    'File not recognised',
    'Send the NHS file epraccur.csv as it is, or a CSV whose first row names its columns: at least code and name.',
  )
}
