/** Stands between texts that are looked through as one. No query can hold it, so no match straddles two of them. */
export const SEARCH_SEPARATOR = '\n'

/** How text is folded for searching, in the columns and in the query alike. */
export function searchFold(text: string): string {
  return text.replaceAll(SEARCH_SEPARATOR, ' ').toLowerCase()
}
