import { asciiLower } from '@pumphandle/shared/versions'
import type { TextPattern } from '../../model/text-pattern.ts'
import { QueryFault } from '../language/error.ts'
import { QUERY_LIMITS } from '../language/limits.ts'
import type { Piece } from '../language/syntax.ts'

/** Splits a value at commas outside quotes. Throws where one is empty or there are too many. */
export function splitItems(value: Piece): Piece[] {
  const items: Piece[] = []
  let start = 0
  for (const end of [...unquoted(value.text, ','), value.text.length]) {
    const item = slice(value, start, end)
    if (item.text === '') throw new QueryFault('a value is missing here', item.from, item.to)
    items.push(item)
    start = end + 1
  }
  if (items.length > QUERY_LIMITS.values) {
    throw new QueryFault(`more than ${QUERY_LIMITS.values} values in one term`, value.from, value.to)
  }
  return items
}

/** Offsets of a character outside quotes. */
export function unquoted(text: string, char: string): number[] {
  const found: number[] = []
  let quoted = false
  for (const [i, c] of text.split('').entries()) {
    if (c === '"') quoted = !quoted
    else if (c === char && !quoted) found.push(i)
  }
  return found
}

/** A part of a piece, with its own place in the query. */
export function slice(piece: Piece, start: number, end = piece.text.length): Piece {
  return { text: piece.text.slice(start, end), from: piece.from + start, to: piece.from + end }
}

/** The text without its quotes. */
export function unquote(text: string): string {
  return text.replaceAll(/"((?:[^"]|"")*)"/g, (_, inside: string) => inside.replaceAll('""', '"'))
}

/**
 * Reads a text with stars; quotes protect spaces, commas and brackets, not stars; `\*` is a star itself. With
 * `prefixOnly` a star may only end it, since a beginning is a range of an index and anything else is a reading of the whole table.
 */
export function readPattern(item: Piece, prefixOnly: boolean): TextPattern {
  const pieces = asciiLower(unquote(item.text))
    .split(/(?<!\\)\*/)
    .map((piece) => piece.replaceAll('\\*', '*'))
  const stars = pieces.length - 1
  if (prefixOnly && (stars > 1 || (stars === 1 && pieces[1] !== ''))) {
    throw new QueryFault('here * may stand only at the end', item.from, item.to)
  }
  if (stars > QUERY_LIMITS.wildcards) {
    throw new QueryFault(`more than ${QUERY_LIMITS.wildcards} stars in one name`, item.from, item.to)
  }
  if (stars === 0 && pieces[0] === '') throw new QueryFault('a value is missing here', item.from, item.to)
  return { pieces }
}

/** Whether the pattern is a lone star: anything that is there at all. */
export function isAny(pattern: TextPattern): boolean {
  return pattern.pieces.length > 1 && pattern.pieces.every((p) => p === '')
}
