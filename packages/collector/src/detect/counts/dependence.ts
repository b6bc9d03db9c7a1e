import { APP, BOOT, type ClassId, CRASH, HARD, SERVICE } from '../words/classes.ts'

/**
 * Failures of one practice depend on one another: they share power, line, people and the day's work. How much, says the
 * intra-practice correlation ρ. A power cut silences every machine (ρ near 1), but no power cut makes a driver fault:
 * blue screens that name a driver are nearly as good in one practice as in many.
 */
const NAMED_CRASH = 0.05
/** A blue screen without a culprit may come from the mains; several at once in one place say less. */
const UNNAMED_CRASH = 0.3
/** A sensor's service is stopped by a technician on his round, too. */
const SERVICE_LOST = 0.5
const ALL_ONE = 1

/** What is known of a failure that says how much it depends on its neighbours'. */
export interface Dependent {
  readonly cls: ClassId
  readonly isBugcheck: boolean
  readonly culprit: string | null
}

/** The intra-practice correlation of failures like this one, 0 to 1. */
export function correlationOf({ cls, isBugcheck, culprit }: Dependent): number {
  if (cls === SERVICE) return SERVICE_LOST
  // programs crash in waves, with a server or a document that the practice shares
  if (cls === APP || !isBugcheck) return ALL_ONE
  if (cls !== CRASH && cls !== HARD && cls !== BOOT) return ALL_ONE
  return culprit === null ? UNNAMED_CRASH : NAMED_CRASH
}

/**
 * n failures of one practice say as much as n / (1 + (n − 1)ρ) independent ones (Kish's design effect, "Survey
 * Sampling", 1965, §5.4). What one more adds where `effect` is said already: with ρ = 0 one, with ρ = 1 what is left of
 * one.
 * @param effect the practice's effective number of failures, decayed; at least 0
 */
export function effectOfOneMore(effect: number, correlation: number): number {
  if (correlation >= 1 || effect * correlation >= 1) return Math.max(0, 1 - effect)
  const number = (effect * (1 - correlation)) / (1 - effect * correlation)
  return Math.max(0, (number + 1) / (1 + number * correlation) - effect)
}
