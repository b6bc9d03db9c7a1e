import type { Forecast, ForecastRange } from '@pumphandle/shared/api'
import { HOUR, MINUTE } from '@pumphandle/shared/time'

/** Arrivals of the last hour say how fast it goes on; of a younger roll-out all of them. */
const PACE_MS = HOUR
/** When nothing has arrived for this long, the roll-out is over or held. */
const QUIET_MS = 30 * MINUTE
/** So is a fast one sooner: where this many would have come at its pace, and for as long at least, for machines come in waves. */
const MISSED = 20
const LEAST_QUIET_MS = 5 * MINUTE
/** A forecast an hour old is held against what happened. */
const PAST_MS = HOUR
/** Nine of ten: the 5th and the 95th percentile of a normal distribution. */
const Z = 1.645

/** What is known at a moment of an update that is on its way. Times are ms epoch. */
export interface OnItsWay {
  readonly now: number
  readonly until: number
  /** When each machine received it, in any order. */
  readonly arrivals: readonly number[]
  /** When each machine that failed did so first. */
  readonly failures: readonly number[]
  /** Machines that could still receive it, by practice. */
  readonly remaining: ReadonlyMap<number, number>
  /** Machines of each of these practices, and how many of them are ill. */
  readonly practices: ReadonlyMap<number, { readonly machines: number; readonly ill: number }>
}

/** "If it goes on like this": how many more machines will have it by then, how many of them fail, and what that stops. */
export function forecast(known: OnItsWay): Omit<Forecast, 'component'> {
  const { now, until, remaining, practices, arrivals } = known
  const left = sum(remaining.values())
  const pace = paceOf(arrivals, now)
  const lastArrivalAt = arrivals.reduce<number | null>((last, at) => (at <= now && at > (last ?? 0) ? at : last), null)
  const nothing = { low: 0, likely: 0, high: 0 }
  if (pace.count === 0 || left === 0)
    return {
      at: now,
      until,
      over: left === 0 ? 'everybody-has-it' : 'nothing-arrives',
      lastArrivalAt,
      perHour: 0,
      remaining: left,
      failShare: shareOf(known, now),
      arrivals: nothing,
      failures: nothing,
      practices: 0,
      halfLost: 0,
      past: pastOf(known, left),
    }
  const more = arrivalsBy(pace, until - now, left)
  const failShare = shareOf(known, now)
  const share = more.likely / left
  let reached = 0
  let halfLost = 0
  for (const [site, waiting] of remaining) {
    reached += 1 - (1 - share) ** waiting
    const { machines, ill } = practices.get(site) ?? { machines: waiting, ill: 0 }
    const lost = ill + waiting * share * failShare.likely
    if (ill * 2 <= machines && lost * 2 > machines) halfLost++
  }
  return {
    at: now,
    until,
    over: null,
    lastArrivalAt,
    perHour: Math.round((pace.count / pace.ms) * HOUR),
    remaining: left,
    failShare,
    arrivals: more,
    failures: {
      low: Math.floor(more.low * failShare.low),
      likely: Math.round(more.likely * failShare.likely),
      high: Math.ceil(more.high * failShare.high),
    },
    practices: Math.round(reached),
    halfLost,
    past: pastOf(known, left),
  }
}

/** What the same reckoning said an hour ago of this moment, and what happened. */
function pastOf({ now, arrivals }: OnItsWay, leftNow: number): Forecast['past'] {
  const at = now - PAST_MS
  const happened = arrivals.filter((a) => a > at && a <= now).length
  const pace = paceOf(
    arrivals.filter((a) => a <= at),
    at,
  )
  if (pace.count === 0) return null
  return { at, said: arrivalsBy(pace, PAST_MS, leftNow + happened), happened }
}

interface Pace {
  readonly count: number
  readonly ms: number
}

function paceOf(arrivals: readonly number[], now: number): Pace {
  let first = now
  let last = Number.NEGATIVE_INFINITY
  let count = 0
  for (const at of arrivals) {
    if (at > now) continue
    if (at > last) last = at
    if (at < now - PACE_MS) continue
    count++
    if (at < first) first = at
  }
  const quiet = now - last
  // the pace while it went on: the silence after it is what is judged
  const missed = (count * quiet) / Math.max(MINUTE, last - first)
  if (quiet > QUIET_MS || (quiet > LEAST_QUIET_MS && missed > MISSED)) return { count: 0, ms: PACE_MS }
  const older = arrivals.some((at) => at < now - PACE_MS)
  return { count, ms: older ? PACE_MS : Math.max(MINUTE, now - first) }
}

/** A Poisson pace that is known by n arrivals: the coming ones vary by their own chance and by what n leaves open. */
function arrivalsBy({ count, ms }: Pace, aheadMs: number, left: number): ForecastRange {
  const likely = (count / ms) * aheadMs
  const spread = Z * Math.sqrt(likely + likely ** 2 / (count + 0.5))
  const within = (x: number) => Math.min(left, Math.max(0, Math.round(x)))
  return { low: within(likely - spread), likely: within(likely), high: within(likely + spread) }
}

/** Of those that have it, the share that fails, with the interval that so many tries leave (Jeffreys' prior). */
function shareOf({ arrivals, failures }: OnItsWay, now: number): ForecastRange {
  const failed = failures.filter((at) => at <= now).length
  const tried = Math.max(failed, arrivals.filter((at) => at <= now).length)
  const likely = (failed + 0.5) / (tried + 1)
  const spread = Z * Math.sqrt((likely * (1 - likely)) / (tried + 2))
  return { low: Math.max(0, likely - spread), likely, high: Math.min(1, likely + spread) }
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
