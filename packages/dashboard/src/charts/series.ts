import { DAY } from '@pumphandle/shared/time'

/** One line or row of bars of a chart; `values` has one number per bucket, null where nothing was measured. */
export interface Series {
  label: string
  /** Name of the colour token. */
  colour: string
  values: readonly (number | null)[]
  /** Told apart without colour: bars are filled, lines are solid, dashed or dotted; marks are crosses at the foot. */
  as: 'bars' | 'line' | 'dashed' | 'dotted' | 'area' | 'marks'
}

/** Buckets of equal length from a moment on. */
export interface Buckets {
  /** Milliseconds since 1970. */
  from: number
  bucketSeconds: number
}

/** How many buckets the series have. */
export const lengthOf = (series: readonly Series[]) => Math.max(0, ...series.map((s) => s.values.length))

/** The moment at which a bucket begins. */
export const bucketAt = (buckets: Buckets, i: number) => buckets.from + i * buckets.bucketSeconds * 1000

/** Buckets of whole days are days of UTC: no hour is told of them. */
export const areDays = ({ bucketSeconds }: Buckets) => bucketSeconds >= DAY / 1000

/** Dash patterns in pixels. */
export const DASH: Partial<Record<Series['as'], number[]>> = { dashed: [6, 3], dotted: [2, 2] }
