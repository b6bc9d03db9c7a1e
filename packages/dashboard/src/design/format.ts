import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'

const whole = new Intl.NumberFormat('en-GB')
const percent = (digits: number) =>
  new Intl.NumberFormat('en-GB', { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })
const one = percent(1)
const none = percent(0)

/** 1204 as `1,204`. */
export const count = (n: number) => whole.format(n)

/** A share from 0 to 1 as `25.8%`; small ones keep a digit that matters, and more than nothing never reads as `0%`. */
export function share(x: number): string {
  if (x > 0 && x < 0.001) return '<0.1%'
  return x === 0 || x >= 0.1 ? none.format(x) : one.format(x)
}

/** `1 machine`, `2 machines`. */
export const plural = (n: number, noun: string, many = `${noun}s`) => `${count(n)} ${n === 1 ? noun : many}`

const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [1000, 's'],
]

/** Milliseconds as the two units that matter: `3 min 20 s`, `2 d 4 h`. From ten of the larger unit on it alone: `14 min`. */
export function duration(ms: number): string {
  const at = UNITS.findIndex(([size]) => ms >= size)
  const [size, unit] = UNITS[at] ?? [1000, 's']
  const big = Math.floor(ms / size)
  const next = UNITS[at + 1]
  if (at < 0) return '0 s'
  if (!next || big >= 10) return `${big} ${unit}`
  const small = Math.floor((ms % size) / next[0])
  return small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${next[1]}`
}

/** How long ago, in one unit: `just now`, `40 s ago`, `3 min ago`. */
export function ago(ms: number): string {
  if (ms < 2000) return 'just now'
  const [size, unit] = UNITS.find(([s]) => ms >= s) ?? [1000, 's']
  return `${Math.floor(ms / size)} ${unit} ago`
}

/** Bytes as `12.4 GB`. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = n
  let at = 0
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000
    at++
  }
  return `${value < 10 && at > 0 ? value.toFixed(1) : Math.round(value)} ${units[at]}`
}
