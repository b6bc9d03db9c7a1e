/** A clock that keeps another zone's time is off by whole quarters of an hour. */
const QUARTER_HOUR_MS = 15 * 60_000
/** And by no more than from one end of the world to the other. */
export const MAX_ZONE_MS = 15 * 3_600_000

/**
 * Whether a clock that is off by so much can be of another zone.
 * @param shift in milliseconds, not negative
 * @param less by how much it may fall short of a whole quarter hour, and by how much exceed one
 */
export function isZone(shift: number, { less, more }: { less: number; more: number }): boolean {
  const rest = shift % QUARTER_HOUR_MS
  return shift <= MAX_ZONE_MS && (rest <= more || QUARTER_HOUR_MS - rest <= less)
}
