import type { PracticesImport } from '@pumphandle/shared/api'
import type { Place, PracticeRow, RowError } from '../model/practice-row.ts'
import type { PracticeEntry } from '../store/practice-book.ts'
import { openingHoursOf } from './opening-hours.ts'
import type { PracticesFile } from './read-file.ts'

/** Changes that a report spells out. */
const MAX_SAMPLE = 50

/** What an import does: the same for a dry run, which stops here. */
export interface Plan {
  /** Rows that are new or differ from what is known. */
  readonly write: readonly PracticeRow[]
  readonly report: PracticesImport
}

export function planImport(file: PracticesFile, known: ReadonlyMap<string, PracticeEntry>, dryRun: boolean): Plan {
  const write: PracticeRow[] = []
  const sample: { code: string; change: string }[] = []
  const errors: RowError[] = [...file.errors]
  const coming = new Set(file.practices.map((row) => row.code))
  const counts = { added: 0, changed: 0, closed: 0, unchanged: 0 }
  const byId = new Map([...known.values()].map((practice) => [practice.id, practice]))
  const regions = placesOf(known, (entry) => [entry.regionCode, entry.regionName])
  const networks = placesOf(known, (entry) => [entry.pcnCode, entry.pcnName])
  for (const read of file.practices) {
    const row = { ...read, region: asKnown(read.region, regions), pcn: asKnown(read.pcn, networks) }
    if (row.mergedInto !== undefined && !coming.has(row.mergedInto) && !known.has(row.mergedInto)) {
      errors.push({
        row: row.line,
        message: `Line ${row.line}: ${row.code} is merged into ${row.mergedInto}, which is neither known nor in the file.`,
      })
      continue
    }
    const before = known.get(row.code)
    const changes = before ? differences(row, before, byId) : [`new: ${row.name}`]
    if (changes.length === 0) {
      counts.unchanged++
      continue
    }
    write.push(row)
    if (!before) counts.added++
    else if (row.status !== 'open' && before.status === 'open') counts.closed++
    else counts.changed++
    if (sample.length < MAX_SAMPLE) sample.push({ code: row.code, change: changes.join('; ') })
  }
  return { write, report: { dryRun, rows: file.rows, skipped: file.skipped, ...counts, errors, sample } }
}

interface Known {
  readonly codes: ReadonlySet<string>
  /** Codes by names in small letters; undefined where two places have one name. */
  readonly byName: ReadonlyMap<string, string | undefined>
}

function placesOf(
  known: ReadonlyMap<string, PracticeEntry>,
  of: (entry: PracticeEntry) => [code: string | null, name: string | null],
): Known {
  const byName = new Map<string, string | undefined>()
  const codes = new Set<string>()
  for (const entry of known.values()) {
    const [code, name] = of(entry)
    if (code === null) continue
    codes.add(code)
    const key = name?.toLowerCase()
    if (key !== undefined) byName.set(key, byName.has(key) && byName.get(key) !== code ? undefined : code)
  }
  return { codes, byName }
}

/** A place that the file has by its name alone is the one that is known by it, and no second one beside that. */
function asKnown<P extends Place>(place: P | undefined, { codes, byName }: Known): P | undefined {
  if (!place) return undefined
  // a name of one word, such as Devon, could be a code
  const name = place.byName ? place.name : place.name === undefined && !codes.has(place.code) ? place.code : undefined
  const code = name === undefined ? undefined : byName.get(name.toLowerCase())
  return code === undefined ? place : { ...place, code, name: undefined }
}

const tileText = (row: number | null, column: number | null) =>
  row === null || column === null ? '' : `row ${row}, column ${column}`

function differences(row: PracticeRow, before: PracticeEntry, byId: ReadonlyMap<number, PracticeEntry>): string[] {
  const mergedInto = before.merged_into === null ? undefined : byId.get(before.merged_into)?.code
  const pairs: [what: string, is: string | null | undefined, becomes: string | undefined][] = [
    ['name', before.name, row.name],
    ['status', before.status, row.status],
    ['merged into', mergedInto, row.mergedInto],
    ['region', before.regionCode, row.region?.code],
    ['region’s name', before.regionName, row.region?.name],
    [
      'region’s tile',
      tileText(before.tile_row, before.tile_column),
      row.region?.tile && tileText(row.region.tile.row, row.region.tile.column),
    ],
    ['network', before.pcnCode, row.pcn?.code],
    ['network’s name', before.pcnName, row.pcn?.name],
    ['address', before.address, row.address],
    ['opening hours', openingHoursOf(before), row.openingHours],
    ['tags', before.tags, row.tags?.join(' ')],
  ]
  return pairs
    .filter(([, is, becomes]) => becomes !== undefined && becomes !== (is ?? ''))
    .map(([what, is, becomes]) => `${what} ${is ? `“${is}” ` : ''}becomes “${becomes}”`)
}
