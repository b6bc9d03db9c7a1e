import type { Fleet } from '../fleet/fleet.ts'
import { BEFORE_WE_LOOKED } from '../fleet/inventory.ts'
import type { FactId, MachineId } from '../words/ids.ts'

/** Finite ages needed before an onset means anything. */
const LEAST_ONSETS = 4
/** Shares left out at either end: background failures have any age. */
const CUTS = [0, 0.1, 0.25]

/** Share of the sampled holders that must still have the fact. */
const STILL_HELD = 0.9

export interface Onset {
  readonly from: number
  readonly to: number
}

/** Spans of ages (seconds since arrival) at which machines fail: all of them, the middle four fifths, the middle half. */
export function onsetsOf(ages: readonly number[]): Onset[] {
  if (ages.length < LEAST_ONSETS) return []
  const sorted = ages.toSorted((a, b) => a - b)
  return CUTS.map((share) => {
    const cut = Math.floor(sorted.length * share)
    return { from: sorted[cut] ?? 0, to: sorted[sorted.length - 1 - cut] ?? 0 }
  })
}

/**
 * Decayed machine-seconds that the fact's holders spent at ages within the onset, from the sample of holders: a crash four
 * hours after every arrival of one version is no riddle, though something else arrived minutes before.
 *
 * A holder counts from its arrival (or its boot, if that is later) until it failed, or until now if it is connected.
 * Null where too many have lost the fact since.
 * @param failedAt seconds epoch of each failed machine
 * @param memory τ in seconds
 */
export function onsetExposure(
  fleet: Fleet,
  fact: FactId,
  onset: Onset,
  failedAt: ReadonlyMap<MachineId, number>,
  memory: number,
  now: number,
): number | null {
  const slot = fleet.exposure.slots.find(fact)
  const sample = fleet.sample.of(slot)
  let held = 0
  let sum = 0
  for (const machine of sample) {
    const arrived = fleet.inventory.arrival(machine, fact)
    if (arrived === null) continue
    held++
    const failed = failedAt.get(machine)
    if (arrived === BEFORE_WE_LOOKED || (failed === undefined && !fleet.machines.isConnected(machine))) continue
    const begin = Math.max(arrived + onset.from, failed === undefined ? (fleet.machines.bootAt[machine] ?? 0) : 0)
    const end = Math.min(arrived + onset.to, failed ?? now)
    if (end > begin) sum += memory * (Math.exp(-(now - end) / memory) - Math.exp(-(now - begin) / memory))
  }
  // Of a version that has been replaced on many, the time it was held is not known.
  if (held < STILL_HELD * sample.length) return null
  // Every failed machine was at such an age for a second at least.
  return Math.max(failedAt.size, held === 0 ? 0 : (sum * fleet.exposure.holders(slot)) / held)
}
