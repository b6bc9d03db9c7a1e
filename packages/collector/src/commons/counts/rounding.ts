import { LEAST_MACHINES } from '../words/limits.ts'

/** Below this failures are told in steps of five. */
const STEPS_UP_TO = 100

/** Machines as they may be told: none below five, then in steps of five, then two digits; never more than there were. */
export function fewer(machines: number): number {
  // what was added up as fractions of an hour must not lose its last machine to a rounding error
  const whole = Math.floor(machines + 1e-6)
  if (whole < LEAST_MACHINES) return 0
  return whole < STEPS_UP_TO ? whole - (whole % LEAST_MACHINES) : twoDigits(whole, Math.floor)
}

/** Machine-hours in two digits. */
export function about(hours: number): number {
  return hours > 0 ? twoDigits(hours, Math.round) : 0
}

function twoDigits(value: number, round: (n: number) => number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1)
  // two digits of a decimal fraction, and not of its nearest binary one
  return Number((round(value / unit + 1e-9) * unit).toPrecision(2))
}
