/** Lengths of time, in milliseconds. Where seconds are meant, the name says so. */
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY
/** The live stream says that it is alive so often: two beats missed are a page that shows the past. */
export const LIVE_BEAT = 5 * SECOND
