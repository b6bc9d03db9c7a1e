import type { Fleet } from '../fleet/fleet.ts'
import { BEFORE_WE_LOOKED } from '../fleet/inventory.ts'
import type { FactId, MachineId } from '../words/ids.ts'

/** Finite ages needed before an onset means anything. */
const LEAST_ONSETS = 4
/** Shares left out at either end: background failures have any age. */
const CUTS = [0, 0.1, 0.25]

/** Share of the sampled holders of which it must be known for how long they had the fact. */
const KNOWN = 0.9
/** Fewer of them that have it still do not tell how many had it. */
const LEAST_HELD = 5

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
 * A holder counts from its arrival (or its boot, if that is later) until it failed, lost the fact, or until now if it is
 * connected: a bad version is withdrawn while it is looked for. Null where too many lost it so long ago that nobody knows.
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
  let known = 0
  let held = 0
  let sum = 0
  for (const machine of sample) {
    const span = fleet.inventory.span(machine, fact, now)
    if (span === null) continue
    known++
    if (span.left === null) held++
    const { arrived } = span
    const failed = failedAt.get(machine)
    if (arrived === BEFORE_WE_LOOKED || (failed === undefined && !fleet.machines.isConnected(machine))) continue
    const begin = Math.max(arrived + onset.from, failed === undefined ? (fleet.machines.bootAt[machine] ?? 0) : 0)
    const end = Math.min(arrived + onset.to, failed ?? span.left ?? now)
    if (end > begin) sum += memory * (Math.exp(-(now - end) / memory) - Math.exp(-(now - begin) / memory))
  }
  if (known < KNOWN * sample.length || (held < known && held < LEAST_HELD)) return null
  // so many as have it now are `held` of the sample: by that, all that had it
  // Every failed machine was at such an age for a second at least.
  return Math.max(failedAt.size, held === 0 ? 0 : (sum * fleet.exposure.holders(slot)) / held)
}
