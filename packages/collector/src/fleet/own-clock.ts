import type { FleetReader } from './fleet.ts'

/** Fewer machines than that may be wrong together: a practice's time server. */
const MIN_MACHINES = 20

/**
 * How far the connected machines' clocks run ahead of the collector's, by the median, in milliseconds: far from 0 where it
 * is the collector's own clock that is wrong. Undefined where too few are connected to say.
 * @param minMachines how many have to be connected
 */
export function medianSkewMs(fleet: FleetReader, minMachines = MIN_MACHINES): number | undefined {
  const skews: number[] = []
  for (const m of fleet.machines()) if (m.connected && m.clockSkewMs !== undefined) skews.push(m.clockSkewMs)
  if (skews.length < minMachines) return undefined
  // numbers alone are in order in a seventh of the time, and it is the core's own
  return Float64Array.from(skews).sort()[Math.floor(skews.length / 2)]
}
