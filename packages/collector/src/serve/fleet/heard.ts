import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { FleetReader } from '../../fleet/fleet.ts'

/** One pass over 100,000 machines takes about 2 ms: once a second for all pages. */
const FRESH_MS = 1_000

/** Counts the machines that were heard in the last minute. */
export function heardWithin(clock: Clock, fleet: FleetReader): () => number {
  let countedAt = Number.NEGATIVE_INFINITY
  let count = 0
  return () => {
    const now = clock.now()
    if (now - countedAt < FRESH_MS) return count
    countedAt = now
    count = 0
    for (const machine of fleet.machines()) if (machine.lastHeard > now - MINUTE) count++
    return count
  }
}
