import { Refusal } from '../../model/refusal.ts'

/**
 * Cursors name the last row of a page by the values that it was sorted by: the next page begins after it, whatever came
 * or went meanwhile. To callers they are opaque.
 */
export function toCursor(...values: (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** @throws Refusal 400 for a cursor that this route did not give. */
export function fromCursor(cursor: string | undefined, length: number): (string | number | null)[] | undefined {
  if (cursor === undefined) return
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(values) && values.length === length && values.every(isPlain)) return values
  } catch {
    // told below
  }
  throw new Refusal('malformed', 'Bad cursor', 'This cursor is not from this list. Start again without a cursor.')
}

/** A cursor of a list that is sorted by its id alone. */
export function idCursor(cursor: string | undefined): number | null {
  const id = fromCursor(cursor, 1)?.[0]
  return typeof id === 'number' ? id : null
}

/** A page of a list that is in memory already in its order, by places in it: rows that come or go meanwhile move the others. */
export function placePage<T>(
  rows: readonly T[],
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { items: T[]; next: string | null; total: number } {
  const from = idCursor(cursor) ?? 0
  const next = from + limit
  return { items: rows.slice(from, next), next: next < rows.length ? toCursor(next) : null, total: rows.length }
}

function isPlain(value: unknown): value is string | number | null {
  return value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}
