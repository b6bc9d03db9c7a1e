/** Spreadsheets of other countries save semicolons, and what is copied out of one has tabs. */
const SEPARATORS = [';', '\t']
/** Excel reads it, and people write it, as a file's first line. */
const SAID = /^\uFEFF?"?sep=(.)"?\r?$/i

/** What stands between the cells of a CSV: what its first line says, or what its heads have most of. */
export function separatorOf(text: string): string {
  const lines = text.slice(0, 64 * 1024).split('\n', 3)
  const said = SAID.exec(lines[0] ?? '')?.[1]
  if (said !== undefined) return said
  const heads = lines.find((line) => !line.startsWith('#TYPE')) ?? ''
  return SEPARATORS.find((sign) => heads.split(sign).length > heads.split(',').length) ?? ','
}

/** Whether a row says what separates the others, and is none of them. */
export const isSeparatorRow = ([first = '']: readonly string[]): boolean => /^sep=/i.test(first)
