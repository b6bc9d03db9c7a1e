import { counted } from './counted.ts'
import { DAY, HOUR, MINUTE, SECOND } from './time.ts'

const UNITS: readonly (readonly [ms: number, sign: string, word: string])[] = [
  [DAY, 'd', 'day'],
  [HOUR, 'h', 'hour'],
  [MINUTE, 'min', 'minute'],
  [SECOND, 's', 'second'],
]

/** Milliseconds as the two units that matter: `3 min 20 s`, `2 d 4 h`. From ten of the larger unit on it alone: `14 min`. */
export function duration(ms: number): string {
  const at = UNITS.findIndex(([size]) => ms >= size)
  const [size, sign] = UNITS[at] ?? [SECOND, 's']
  const big = Math.floor(ms / size)
  const next = UNITS[at + 1]
  if (at < 0) return '0 s'
  if (!next || big >= 10) return `${big} ${sign}`
  const small = Math.floor((ms % size) / next[0])
  return small === 0 ? `${big} ${sign}` : `${big} ${sign} ${small} ${next[1]}`
}

/** Milliseconds in one unit, for a sentence: `1 hour`, `90 minutes`, `3 days`; one of a unit only where it is exactly that. */
export function durationInWords(ms: number): string {
  const [size, , word] = UNITS.find(([one]) => ms >= 2 * one || ms === one) ?? [SECOND, 's', 'second']
  return counted(Math.round(ms / size), word)
}

/** How long ago, in one unit: `just now`, `40 s ago`, `3 min ago`. */
export function ago(ms: number): string {
  if (ms < 2 * SECOND) return 'just now'
  const [size, sign] = UNITS.find(([one]) => ms >= one) ?? [SECOND, 's']
  return `${Math.floor(ms / size)} ${sign} ago`
}
