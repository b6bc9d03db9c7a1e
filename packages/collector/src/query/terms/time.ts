import { DAY, HOUR, MINUTE, SECOND, WEEK } from '@pumphandle/shared/time'
import type { Moment, TimeRange } from '../language/ast.ts'
import { QueryFault } from '../language/error.ts'
import type { Piece } from '../language/syntax.ts'
import { slice, unquote } from './items.ts'

const UNITS: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: WEEK }
/** A hundred years: longer is a typing slip, and would leave the range of dates. */
const LONGEST_AGO = 36_525 * DAY

const DURATION = /^(?:\d{1,9}[smhdw])+$/i
const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i
const POSSIBLE = ['<24h', '>2024-07-19T04:00Z', '2024-07-19', '2024-07-19T04:09Z..2024-07-19T05:27Z', '*']

/**
 * Reads a stretch of time: `<24h` (less than 24 hours ago), `>24h` (longer ago), `>2024-07-19T04:00Z` (later than),
 * `2024-07-19` (on that day, UTC), `A..B` (from A to the end of B), `>A,<B`, `*` (ever). A time without a zone is UTC.
 */
export function readTimeRange(value: Piece): TimeRange {
  if (value.text === '') throw fault('a time is missing here', value)
  if (value.text === '*') return {}
  const dots = value.text.indexOf('..')
  if (dots >= 0) return readInterval(value, dots)
  const range: TimeRange = {}
  for (const part of splitBounds(value)) {
    const next = readBound(part)
    if ((next.after && range.after) || (next.before && range.before)) {
      throw fault('one time has at most one lower and one upper end, as in >2024-07-19T04:00Z,<2024-07-19T06:00Z', part)
    }
    Object.assign(range, next)
  }
  return range
}

function readInterval(value: Piece, dots: number): TimeRange {
  const left = slice(value, 0, dots)
  const right = slice(value, dots + '..'.length)
  const range: TimeRange = {}
  if (left.text !== '') range.after = { ...readMoment(left), inclusive: true }
  if (right.text !== '') range.before = { ...readMoment(right), inclusive: true }
  if (!range.after && !range.before) throw fault('a time is missing beside ..', value)
  return range
}

function splitBounds(value: Piece): Piece[] {
  const comma = value.text.indexOf(',')
  return comma < 0 ? [value] : [slice(value, 0, comma), ...splitBounds(slice(value, comma + 1))]
}

function readBound(part: Piece): TimeRange {
  const op = /^(?:>=|<=|>|<|=)?/.exec(part.text)?.[0] ?? ''
  const bound = readMoment(slice(part, op.length))
  const inclusive = op.endsWith('=')
  if (bound.moment.type === 'ago') {
    // so long ago or longer is before that moment
    return op.startsWith('>') ? { before: { ...bound, inclusive } } : { after: { ...bound, inclusive } }
  }
  if (op.startsWith('>')) return { after: { ...bound, inclusive } }
  if (op.startsWith('<')) return { before: { ...bound, inclusive } }
  return { after: { ...bound, inclusive: true }, before: { ...bound, inclusive: true } }
}

function readMoment(item: Piece): { moment: Moment; width: number } {
  const text = unquote(item.text)
  if (text === '') throw fault('a time is missing here', item)
  if (DURATION.test(text)) {
    let ms = 0
    for (const [, amount, unit = 's'] of text.matchAll(/(\d+)([smhdw])/gi))
      ms += Number(amount) * (UNITS[unit.toLowerCase()] ?? 0)
    if (ms > LONGEST_AGO) throw fault('that is more than a hundred years ago', item)
    return { moment: { type: 'ago', ms, text }, width: 1 }
  }
  const [, date, clock, seconds, fraction, zone] = TIME.exec(text) ?? []
  if (!date) throw fault('a time is written as 2024-07-19, 2024-07-19T04:09Z or, before now, as 15m, 24h, 7d', item)
  const offset =
    zone && zone.length === '+hhmm'.length ? `${zone.slice(0, 3)}:${zone.slice(3)}` : (zone ?? 'Z').toUpperCase()
  const ms = Date.parse(`${date}T${clock ?? '00:00'}:${seconds ?? '00'}${fraction ?? ''}${clock ? offset : 'Z'}`)
  // Date.parse takes the 31st of February for the 2nd of March
  const day = Date.parse(`${date}T00:00Z`)
  if (Number.isNaN(ms) || Number.isNaN(day) || new Date(day).toISOString().slice(0, date.length) !== date) {
    throw fault('there is no such date or time', item)
  }
  return { moment: { type: 'at', ms, text }, width: !clock ? DAY : !seconds ? MINUTE : !fraction ? SECOND : 1 }
}

function fault(message: string, item: Piece): QueryFault {
  return new QueryFault(message, item.from, item.to, POSSIBLE)
}
