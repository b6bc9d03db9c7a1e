import type { PracticesImport } from '@pumphandle/shared/api'
import type { Row, Store } from '../store/index.ts'
import { allPractices } from '../store/practice-book.ts'
import { machinesOfPractices, replaceMachines, writeMergers, writePractices } from '../store/practice-import.ts'
import type { OdsRegion } from './ods.ts'
import { planImport } from './plan.ts'
import { readPracticesFile } from './read-file.ts'

/** Rows of one transaction: about 50 ms, in which no event is acknowledged. */
const ROWS_PER_COMMIT = 400

export interface ImportOptions {
  /** Reports what would change, and changes nothing. */
  readonly dryRun: boolean
  readonly region: OdsRegion
}

/**
 * Takes over practices from an ODS file or a plain CSV. Practices that the file does not have stay as they are; closed and
 * merged ones keep their machines and history. Importing the same file again changes nothing, so that an import that was
 * cut short is simply repeated.
 * @returns the report, and the rows of machines that now have another region
 */
export async function importPractices(
  store: Store,
  text: string,
  { dryRun, region }: ImportOptions,
  at: number,
): Promise<{ report: PracticesImport; machines: Row<'machine'>[] }> {
  const file = await readPracticesFile(text, region)
  const known = new Map((await allPractices(store.db)).map((practice) => [practice.code, practice]))
  const { write, report } = planImport(file, known, dryRun)
  const machines: Row<'machine'>[] = []
  if (dryRun) return { report, machines }
  for (const rows of inParts(write)) await store.transaction((tx) => writePractices(tx, rows, at))
  for (const rows of inParts(write)) await store.transaction((tx) => writeMergers(tx, rows))
  for (const rows of inParts(write.filter((row) => known.has(row.code)))) {
    const affected = await machinesOfPractices(
      store.db,
      rows.map((row) => row.code),
    )
    for (const part of inParts(affected)) machines.push(...(await store.transaction((tx) => replaceMachines(tx, part))))
  }
  return { report, machines }
}

function* inParts<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += ROWS_PER_COMMIT) yield rows.slice(from, from + ROWS_PER_COMMIT)
}
