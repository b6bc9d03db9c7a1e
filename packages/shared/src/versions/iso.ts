import { MINUTE } from '../words/time.ts'

/** A date with a time of day, whole or only begun, in ISO 8601's extended form, already in lower case. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[t ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(z|[+-]\d{2}:?\d{2})?$/
const MILLIS = 3

/**
 * The numbers of an ISO time in UTC, so that equal moments are equal versions: `2024-07-19t05:09:00+01:00` gives
 * 2024 07 19 04 09. Seconds of zero are left out. Undefined where `text` is no ISO time (a bare date needs no care: its
 * numbers are in order already).
 */
export function isoParts(text: string): string[] | undefined {
  const match = ISO_TIME.exec(text)
  if (!match) return undefined
  const [, date = '', hour = '', minute, second, fraction, zone] = match
  const out = [...date.split('-'), hour]
  if (minute === undefined) return out
  const shifted = zone === undefined || zone === 'z' ? undefined : inUtc(`${date}T${hour}:${minute}Z`, zone)
  const parts = shifted ? shifted.split(/[-T:]/) : [...out, minute]
  const millis = fraction?.slice(0, MILLIS).padEnd(MILLIS, '0')
  const some = millis !== undefined && Number(millis) > 0
  if (some || Number(second ?? 0) > 0) parts.push(second ?? '0')
  if (some) parts.push(millis)
  return parts
}

function inUtc(local: string, zone: string): string | undefined {
  const sign = zone.startsWith('-') ? -1 : 1
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  const ms = Date.parse(local) - sign * offset * MINUTE
  // an impossible date (the 31st of February) is still a version: its numbers then stand as they are
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)
}
