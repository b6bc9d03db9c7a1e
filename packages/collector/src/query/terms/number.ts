import { QueryFault } from '../language/error.ts'
import type { Piece } from '../language/syntax.ts'
import { splitItems } from './items.ts'

/** Stop codes are 32 bits wide. */
const STOP_MAX = 0xffff_ffff

/** `0x50` and `80` are the same stop code: event 1001 writes hexadecimal, Kernel-Power 41 decimal. `*` gives none: any. */
export function readStopCodes(value: Piece): number[] {
  if (value.text === '*') return []
  return splitItems(value).map((item) => {
    const code = /^(0x[0-9a-f]+|\d+)$/i.test(item.text) ? Number(item.text) : Number.NaN
    if (code >= 0 && code <= STOP_MAX) return code
    throw new QueryFault('a stop code is a number such as 0x50 or 80', item.from, item.to, ['0x50', '*'])
  })
}

/** Incident numbers; `*` gives none: any. */
export function readIncidents(value: Piece): number[] {
  if (value.text === '*') return []
  return splitItems(value).map((item) => {
    const id = /^#?\d{1,15}$/.test(item.text) ? Number(item.text.replace('#', '')) : Number.NaN
    if (id > 0) return id
    throw new QueryFault('an incident is a number such as 12, or * for any', item.from, item.to, ['*'])
  })
}
