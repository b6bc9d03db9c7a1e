import type { ReadRow } from '../model/practice-row.ts'

/** Longest cell that is kept: names and addresses are shorter. */
const MAX_CELL = 500
const CODE = /^[A-Z0-9][A-Z0-9_-]{0,31}$/

/** A code in capitals, or undefined where it cannot be one. */
export function codeOf(text: string): string | undefined {
  const code = text.trim().toUpperCase()
  return CODE.test(code) ? code : undefined
}

export function refuse(line: number, message: string): ReadRow {
  return { error: { row: line, message: `Line ${line}: ${message.slice(0, 300)}.` } }
}

/** Parts of an address in one line. */
export function joined(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .join(', ')
    .slice(0, MAX_CELL)
}

/** Text as it is kept: without control characters, of bounded length. */
export function clean(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_CELL)
}
