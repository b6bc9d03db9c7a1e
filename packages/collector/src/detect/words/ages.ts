import { DAY } from '../numbers/seconds.ts'
import type { AgeWindow } from './finding.ts'

/** Windows of time since a fact arrived on the machine, and since it left. */
export const FRESH = 0
export const WITHIN_DAY = 1
export const ANY = 2
export const LEFT = 3
export const WINDOWS = [FRESH, WITHIN_DAY, ANY, LEFT] as const
export type WindowId = (typeof WINDOWS)[number]
export const AGE_COUNT = WINDOWS.length
/** Those since arrival. */
export const WINDOWS_SINCE = [FRESH, WITHIN_DAY, ANY] as const
export const AGE_NAMES: Readonly<Record<WindowId, AgeWindow>> = ['15min', '24h', 'any', 'left']

/** Seconds after arrival. Content that kills does so in minutes; what needs a working day to strike is in the second. */
export const FRESH_SECONDS = 900

/**
 * A fact that left may still have done the harm (a withdrawn definition that had quarantined files). A day, so that the
 * next morning's boot is inside.
 */
export const LEFT_SECONDS = DAY

/** Arrivals are known to the second, and silence begins at the last frame: a failure may seem to be this much too early. */
export const ARRIVAL_SLACK = 1

/** Whether an age since arrival (seconds, Infinity for before we looked, NaN for never) lies in one of the three windows since arrival. */
export function inWindow(age: number, window: WindowId): boolean {
  return window === ANY ? !Number.isNaN(age) : age <= (window === FRESH ? FRESH_SECONDS : DAY)
}
