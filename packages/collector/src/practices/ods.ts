import type { ReadRow } from '../model/practice-row.ts'
import { codeOf, joined, refuse } from './cells.ts'

/**
 * The NHS Organisation Data Service's epraccur.csv: GP practices and other prescribing cost centres, one a row, no header,
 * 27 columns. Layout by the ODS reference data catalogue, "GP Practices (Prescribing Cost Centres)",
 * https://www.odsdatasearchandexport.nhs.uk/referenceDataCatalogue/565791179.html. Columns are counted from 0 here.
 */
const COLUMN = {
  /** 1 organisation code, such as A81001 */
  code: 0,
  /** 2 name, in capitals */
  name: 1,
  /** 4 high level health geography: the integrated care board's code */
  icb: 3,
  /** 5 to 9 address lines, 10 postcode */
  address: [4, 5, 6, 7, 8, 9],
  /** 13 status: A active, C closed, D dormant, P proposed */
  status: 12,
  /** 15 commissioner: code of the sub-ICB location, or of the body before it */
  commissioner: 14,
  /** 26 prescribing setting: 4 is a GP practice; others are walk-in centres, prisons, hospices and the like */
  setting: 25,
} as const

/** Columns up to the last one that is needed; editions and extracts differ in how many empty ones follow. */
export const ODS_LEAST_COLUMNS = 15

/** What is taken as the region: the commissioner, or the integrated care board above it. */
export type OdsRegion = 'commissioner' | 'icb'

const STATUS: Readonly<Record<string, 'open' | 'closed' | undefined>> = { A: 'open', C: 'closed', D: 'closed' }
/** RO76 is how newer exports write 4. */
const GP_PRACTICE = ['', '4', 'RO76']

export function readOdsRow(cells: readonly string[], line: number, region: OdsRegion): ReadRow {
  const cell = (index: number): string => cells[index]?.trim() ?? ''
  if (cells.length < ODS_LEAST_COLUMNS)
    return refuse(line, `has ${cells.length} columns; an ODS row has 27, with the commissioner in the 15th`)
  const status = cell(COLUMN.status).toUpperCase()
  // proposed practices have no machines yet; other prescribing cost centres are no practices
  if (status === 'P' || !GP_PRACTICE.includes(cell(COLUMN.setting).toUpperCase())) return { skipped: true }
  const code = codeOf(cell(COLUMN.code))
  if (code === undefined) return refuse(line, `"${cell(COLUMN.code)}" is no organisation code, such as A81001`)
  if (cell(COLUMN.name) === '') return refuse(line, `${code} has no name in column 2`)
  const known = STATUS[status]
  if (known === undefined) return refuse(line, `${code} has status "${status}" in column 13; known are A, C, D and P`)
  const place = codeOf(cell(COLUMN[region])) ?? codeOf(cell(COLUMN.commissioner)) ?? codeOf(cell(COLUMN.icb))
  return {
    practice: {
      line,
      code,
      name: inMixedCase(cell(COLUMN.name)),
      status: known,
      ...(place === undefined ? {} : { region: { code: place } }),
      address: joined(COLUMN.address.map((index) => (index === 9 ? cell(index) : inMixedCase(cell(index))))),
    },
  }
}

/** ODS writes in capitals, which people read slowly: `THE DENSHAM SURGERY` becomes `The Densham Surgery`. */
function inMixedCase(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|[\s(/&.,-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/\b(Nhs|Gp|Pcn|Icb|Pms|Gms|Apms|Ooh)\b/g, (word) => word.toUpperCase())
    .replace(/\b(And|Of|The|In|On|At|By)\b(?!$)/g, (word, _w, at: number) => (at === 0 ? word : word.toLowerCase()))
}
