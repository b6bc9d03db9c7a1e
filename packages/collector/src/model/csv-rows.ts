import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { Refusal } from './refusal.ts'

/** Characters parsed before others have a turn, about 5 ms; and the longest row. */
const CHUNK = 64 * 1024
/** Spreadsheets of other countries save semicolons, and what is copied out of one has tabs. */
const SEPARATORS = [';', '\t']
/** Excel reads it, and people write it, as a file's first line. */
const SAID = /^\uFEFF?"?sep=(.)"?\r?$/i

/** A row of a CSV, and the line of the text that it ends in. */
interface CsvRow {
  readonly record: readonly string[]
  readonly line: number
}

/**
 * The rows of a CSV that people send, whatever separates its cells.
 * @throws (rejects) Refusal 400 where it is none
 */
export async function* csvRows(text: string): AsyncGenerator<CsvRow, void> {
  const parser = Readable.from(chunks(text)).pipe(
    parse({
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      delimiter: separatorOf(text),
      max_record_size: CHUNK,
    }),
  )
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { record, line: info.lines }
  } catch (error) {
    throw new Refusal('malformed', 'Not CSV', `The file is not valid CSV: ${(error as Error).message}.`)
  }
}

function* chunks(text: string): Generator<string> {
  for (let from = 0; from < text.length; from += CHUNK) yield text.slice(from, from + CHUNK)
}

/** What stands between the cells of a CSV: what its first line says, or what its heads have most of. */
function separatorOf(text: string): string {
  const lines = text.slice(0, CHUNK).split('\n', 3)
  const said = SAID.exec(lines[0] ?? '')?.[1]
  if (said !== undefined) return said
  const heads = lines.find((line) => !line.startsWith('#TYPE')) ?? ''
  return SEPARATORS.find((sign) => heads.split(sign).length > heads.split(',').length) ?? ','
}

/** Whether a row says what separates the others, and is none of them. */
export const isSeparatorRow = ([first = '']: readonly string[]): boolean => /^sep=/i.test(first)
