import type { TrendDay } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import type { Buckets } from '../../charts/series.ts'

/** What is counted over days; machines are how many there were at the end. */
type Counted = 'crashes' | 'dark' | 'boots' | 'incidents'
const COUNTED: readonly Counted[] = ['crashes', 'dark', 'boots', 'incidents']

/** Days in buckets of one length, oldest first; null where nobody counted. */
export interface RolledUp extends Buckets, Record<Counted | 'machines', (number | null)[]> {}

/** Whole buckets that end with the newest day; days that fill none are left out. */
export function rollUp(days: readonly TrendDay[], daysInBucket: number): RolledUp {
  const byDay = new Map(days.map((d) => [d.day, d]))
  const end = Math.max(0, ...byDay.keys()) + DAY
  const first = Math.min(...byDay.keys())
  const buckets = days.length === 0 ? 0 : Math.floor((end - first) / DAY / daysInBucket)
  const from = end - buckets * daysInBucket * DAY
  const rolled: RolledUp = {
    from,
    bucketSeconds: (daysInBucket * DAY) / 1000,
    crashes: [],
    dark: [],
    boots: [],
    incidents: [],
    machines: [],
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    const known = Array.from({ length: daysInBucket }, (_, i) => byDay.get(from + (bucket * daysInBucket + i) * DAY))
    const there = known.filter((d) => d !== undefined)
    for (const name of COUNTED)
      rolled[name].push(there.length === 0 ? null : there.reduce((sum, d) => sum + d[name], 0))
    rolled.machines.push(there.at(-1)?.machines ?? null)
  }
  return rolled
}

/** Blue screens, and how many that are for each 1,000 machines and week; undefined where the days are not all there. */
export interface Rate {
  readonly crashes: number
  readonly perThousandAndWeek: number
}

/** Of the last so many days, and of as many before them. */
export function rates(days: readonly TrendDay[], length: number): { last?: Rate; before?: Rate } {
  const last = rateOf(days.slice(-length), length)
  const before = rateOf(days.slice(-2 * length, -length), length)
  return { ...(last && { last }), ...(before && { before }) }
}

function rateOf(days: readonly TrendDay[], length: number): Rate | undefined {
  const machineDays = days.reduce((sum, d) => sum + d.machines, 0)
  if (days.length < length || machineDays === 0) return undefined
  const crashes = days.reduce((sum, d) => sum + d.crashes, 0)
  return { crashes, perThousandAndWeek: (crashes / machineDays) * 7 * 1000 }
}
