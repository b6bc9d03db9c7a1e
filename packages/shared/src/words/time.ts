/** Lengths of time, in milliseconds, and a moment in words. Where seconds are meant, the name says so. */
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY
/** How often the live stream says that it is alive: a page that misses two beats shows the past. */
export const LIVE_BEAT = 5 * SECOND

/** `2024-07-19`, of UTC. @param at ms epoch */
export const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 'yyyy-mm-dd'.length)
/** `2024-07-19T04:09Z`. @param at ms epoch */
export const isoMinute = (at: number): string => `${new Date(at).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)}Z`
/**
 * `19 Jul 2024, 04:09:12 UTC`. Not by `Intl`, whose first formatter takes 20 ms to make: the agent's first second has this file.
 *
 * @param at ms epoch
 */
export function utcTime(at: number): string {
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ')
  return `${Number(day)} ${month} ${year}, ${time} UTC`
}

/** A moment as {@link utcTime} writes it. */
const MOMENT = /(\d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2}:\d{2} UTC)/

/** A sentence in parts, its moments as ms epoch: a reader sees them in a time of their own. */
export const partsOf = (sentence: string): readonly (string | number)[] =>
  sentence.split(MOMENT).map((part, i) => (i % 2 === 0 ? part : Date.parse(part.replace(',', ''))))
