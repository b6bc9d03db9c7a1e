import { csvRows, isSeparatorRow } from '../model/csv-rows.ts'
import { Refusal } from '../model/refusal.ts'
import { type Column, columnsOf } from './columns.ts'
import { dateOf } from './dates.ts'
import { serialOf } from './serials.ts'

/** More than the largest organisation that one collector watches. */
const MAX_ROWS = 300_000
const MAX_ERRORS = 50
const MAX_CELL = 200
/** Windows does not take longer names; what is longer is no computer's. */
const MAX_NAME = 63
const NO = new Set(['false', 'no', '0', 'disabled'])

/** One machine of a list. */
interface Listed {
  /** By which it is one: its short name in small letters, else its serial number. */
  readonly key: string
  readonly name: string
  readonly serial: string | null
  readonly practiceCode: string | null
  readonly lastSeen: number | null
}

interface ListFile {
  readonly rows: number
  readonly skipped: number
  /** Rows of computers that another row has. */
  readonly twice: number
  readonly machines: readonly Listed[]
  readonly errors: readonly { row: number; message: string }[]
}

/** The short name that Windows shows, in small letters: lists have it with a domain before or behind, or with a dollar sign. */
export const shortName = (name: string): string =>
  (name.split('\\').at(-1)?.split('.')[0] ?? '').replace(/\$$/, '').toLowerCase()

/**
 * Reads a list of computers.
 * @param codeOf the practice's code that a text holds, such as `OU=A81001,OU=Practices`; undefined for none
 * @throws Refusal where it is no CSV with a name or serial number in it
 */
export async function readList(text: string, codeOf: (text: string) => string | undefined): Promise<ListFile> {
  const machines = new Map<string, Listed>()
  const errors: { row: number; message: string }[] = []
  let columns: ReadonlyMap<Column, number> | undefined
  let rows = 0
  let skipped = 0
  let twice = 0
  for await (const { record, line } of csvRows(text)) {
    if (!columns) {
      // PowerShell's Export-Csv begins with its type
      if (record[0]?.startsWith('#TYPE') || isSeparatorRow(record)) continue
      columns = columnsOf(record)
      if (!columns) throw unknownFormat()
      continue
    }
    if (++rows > MAX_ROWS) throw new Refusal('too-large', 'Too long', `The list has more than ${MAX_ROWS} rows.`)
    const cell = (column: Column) => clean(record[columns?.get(column) ?? -1] ?? '')
    const system = cell('system').toLowerCase()
    if (NO.has(cell('enabled').toLowerCase()) || (system !== '' && !system.includes('windows'))) {
      skipped++
      continue
    }
    const name = cell('name')
    const serial = cell('serial')
    const number = serialOf(serial)
    const key = name === '' ? (number === '' ? '' : `serial:${number}`) : shortName(name)
    if (key === '' || shortName(name).length > MAX_NAME) {
      if (errors.length < MAX_ERRORS) errors.push({ row: line, message: `Line ${line} names no computer.` })
      continue
    }
    const one: Listed = {
      key,
      name: name === '' ? serial : name,
      serial: number === '' ? null : serial,
      practiceCode: codeOf(cell('practice')) ?? codeOf(cell('unit')) ?? codeOf(name) ?? null,
      lastSeen: dateOf(cell('lastSeen')) ?? null,
    }
    const other = machines.get(key)
    if (other) twice++
    // a computer that was set up anew stands in directories twice: the one that somebody uses counts
    if (!other || (one.lastSeen ?? 0) >= (other.lastSeen ?? 0)) machines.set(key, one)
  }
  if (!columns) throw unknownFormat()
  return { rows, skipped, twice, machines: [...machines.values()], errors }
}

const clean = (text: string) =>
  text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_CELL)

function unknownFormat(): Refusal {
  return new Refusal(
    'malformed',
    'List not recognised',
    'The first row has to name the columns, one of them the computer’s name or its serial number: Name, Device name, Serial number.',
  )
}
