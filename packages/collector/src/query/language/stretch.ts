import type { TimeBound, TimeRange } from './ast.ts'

/** A range of times at a given now: from <= t < until, in ms; null is open. */
export interface Stretch {
  from: number | null
  until: number | null
}

/** What a range means when it is `now`. */
export function stretchOf(range: TimeRange, now: number): Stretch {
  const { after, before } = range
  const moment = (b: TimeBound): number => (b.moment.type === 'ago' ? now - b.moment.ms : b.moment.ms)
  return {
    from: after ? moment(after) + (after.inclusive ? 0 : 1) : null,
    until: before ? moment(before) + (before.inclusive ? before.width : 0) : null,
  }
}

/** Whether it holds no moment at all, as after noon and before dawn of one day. */
export function isEmpty({ from, until }: Stretch): boolean {
  return from !== null && until !== null && from >= until
}

/** Whether a moment lies in it; null (never) does not. */
export function contains({ from, until }: Stretch, at: number | null): boolean {
  return at !== null && (from === null || at >= from) && (until === null || at < until)
}
