import { DAY, isoDay, MINUTE, WEEK } from '@pumphandle/shared/time'
import type { Rota } from '../../../model/rota.ts'
import { epochOf, minuteOf, type Wall, wallOf, weekdayOf } from '../../../model/wall-clock.ts'

/** A stretch of time in which the same channel is on call; null: nobody is. */
export interface Span {
  readonly from: number
  readonly until: number
  readonly channel: number | null
}

/** A channel that is told, and after how many minutes unless somebody has acknowledged by then. */
export interface Turn {
  readonly channel: number
  readonly afterMinutes: number
}

/** Every channel of a rota, each once. */
export function channelsOf({ shifts, exceptions }: Rota): number[] {
  return [...new Set([...shifts.flatMap(({ channels }) => channels), ...exceptions.map(({ channel }) => channel)])]
}

/**
 * Whom a rota tells at a time: who is on call at once, then, if it says so, the others of the shift and of the whole rota
 * one after the other. Where nobody is on call all are told at once: too many is better than none.
 */
export function turnsOf(rota: Rota, at: number, timeZone: string): Turn[] {
  const all = channelsOf(rota)
  const order = orderAt(rota, at, timeZone)
  if (order.length === 0) return all.map((channel) => ({ channel, afterMinutes: 0 }))
  const rest = all.filter((channel) => !order.includes(channel))
  const told = rota.nextAfterMinutes === 0 ? order.slice(0, 1) : [...order, ...rest]
  return told.map((channel, turn) => ({ channel, afterMinutes: turn * rota.nextAfterMinutes }))
}

/** Who is on call in a stretch of time, in order and without gaps. */
export function spansOf(rota: Rota, from: number, until: number, timeZone: string): Span[] {
  const edges = [from, ...edgesOf(rota, from, until, timeZone), until]
  const spans: Span[] = []
  for (const [i, begins] of edges.slice(0, -1).entries()) {
    const ends = edges[i + 1] ?? until
    const channel = orderAt(rota, begins, timeZone)[0] ?? null
    const last = spans.at(-1)
    if (last?.channel === channel) spans[spans.length - 1] = { ...last, until: ends }
    else spans.push({ from: begins, until: ends, channel })
  }
  return spans
}

/** The times at which somebody else may come on call. */
function edgesOf({ shifts }: Rota, from: number, until: number, timeZone: string): number[] {
  const minutes = new Set([
    0,
    ...shifts.flatMap((shift) => [shift.from, shift.until].map((text) => minuteOf(text) ?? 0)),
  ])
  const edges: number[] = []
  const first = wallOf(from, timeZone)
  for (let ahead = 0; ahead <= (until - from) / DAY + 1; ahead++)
    for (const minute of minutes) edges.push(epochOf({ ...first, day: first.day + ahead, minute }, timeZone))
  return edges.filter((at) => at > from && at < until).toSorted((a, b) => a - b)
}

/** Those of the shift that goes on, who is on call first; empty: nobody is. */
function orderAt({ shifts, exceptions, turnsFrom }: Rota, at: number, timeZone: string): number[] {
  const wall = wallOf(at, timeZone)
  const day = dayText(wall)
  const instead = exceptions.find(({ from, until }) => from <= day && day <= until)
  if (instead) return [instead.channel]
  for (const shift of shifts) {
    const began = beganAt(shift, wall)
    if (began === undefined || shift.channels.length === 0) continue
    const turn = weeksBetween(turnsFrom, began) % shift.channels.length
    const first = turn < 0 ? turn + shift.channels.length : turn
    return [...shift.channels.slice(first), ...shift.channels.slice(0, first)]
  }
  return []
}

/** The day on which the shift began that goes on now; undefined: it does not. */
function beganAt({ days, from, until }: Rota['shifts'][number], wall: Wall): Wall | undefined {
  const first = minuteOf(from) ?? 0
  const last = minuteOf(until) ?? 0
  const yesterday = { ...wall, day: wall.day - 1 }
  const overMidnight = last <= first
  if (days.includes(weekdayOf(wall)) && wall.minute >= first && (overMidnight || wall.minute < last)) return wall
  if (overMidnight && days.includes(weekdayOf(yesterday)) && wall.minute < last) return yesterday
  return undefined
}

const dayText = ({ year, month, day }: Wall): string => isoDay(Date.UTC(year, month - 1, day))

/** Weeks begin on Mondays. */
function weeksBetween(first: string, { year, month, day }: Wall): number {
  return weekOf(Date.UTC(year, month - 1, day)) - weekOf(Date.parse(`${first}T00:00:00Z`))
}
/** 5 January 1970 was the first Monday. */
const weekOf = (day: number): number => Math.floor((day - 4 * DAY) / WEEK)

/** The day that the clock on the wall shows, `2026-11-23`. */
export const dayOf = (at: number, timeZone: string): string => dayText(wallOf(at - (at % MINUTE), timeZone))
