import { isClockTime } from '../filetime.ts'
import type { EventRecord } from './event.ts'

/** When an event happened: milliseconds since 1970; 0 where its time is damaged. */
export function timeOf(event: EventRecord): number {
  return isoToMs(event.time) ?? 0
}

/** Milliseconds since 1970 of a rendered time with up to nine digits of a second; undefined for one that no clock told. */
export function isoToMs(text: string): number | undefined {
  const ms = Date.parse(text)
  return isClockTime(ms) ? ms : undefined
}

/** The value of a named field of an event, or of its nth unnamed one. */
export function fieldOf(event: EventRecord, name: string | number): string | undefined {
  if (typeof name === 'number') return event.data[name]?.[1]
  return event.data.find(([key]) => key === name)?.[1]
}
