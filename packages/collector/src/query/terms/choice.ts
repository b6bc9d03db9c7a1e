import { asciiLower } from '@pumphandle/shared/versions'
import { QueryFault } from '../language/error.ts'
import { nearest } from '../language/nearest.ts'
import type { Piece } from '../language/syntax.ts'
import { splitItems, unquote } from './items.ts'

/** Reads values of which all are known: states, cohorts. */
export function readChoices<T extends string>(value: Piece, possible: readonly T[], noun: string): T[] {
  return splitItems(value).map((item) => {
    const written = asciiLower(unquote(item.text))
    const found = possible.find((p) => p === written)
    if (found) return found
    const near = nearest(written, possible)
    const meant = near.length ? `did you mean ${near.join(' or ')}?` : `possible are ${possible.join(', ')}`
    throw new QueryFault(`there is no ${noun} ${item.text}: ${meant}`, item.from, item.to, [...possible], near)
  })
}
