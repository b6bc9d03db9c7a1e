/** Stands between the fields of `machine.search`. No query can hold it, so no match straddles two fields. */
export const SEARCH_SEPARATOR = '\n'

/**
 * The text that free words in a query are looked for in, as stored in `machine.search`: name, practice code and practice
 * name in lower case, each ended by SEARCH_SEPARATOR. A machine without a practice passes nulls.
 */
export function machineSearchText(name: string, practiceCode: string | null, practiceName: string | null): string {
  return [name, practiceCode ?? '', practiceName ?? ''].map((s) => `${searchFold(s)}${SEARCH_SEPARATOR}`).join('')
}

/** How text is folded for searching, in the stored text and in the query alike. */
export function searchFold(text: string): string {
  return text.replaceAll(SEARCH_SEPARATOR, ' ').toLowerCase()
}
