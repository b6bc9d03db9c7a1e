import { MAX_PROBES, type MeasuredProbe, type ProbeResult } from '@pumphandle/shared/wire'

/** What a machine last measured of each service: agents tell of one at a time, and what they kept comes late. */
export type Reachability = readonly MeasuredProbe[]

/** @param at when it was measured, by the collector's clock, ms epoch */
export function withMeasured(known: Reachability, results: readonly ProbeResult[], at: number): Reachability {
  const newest = new Map(known.map((probe) => [probe.name, probe]))
  for (const result of results) if (at >= (newest.get(result.name)?.at ?? 0)) newest.set(result.name, { ...result, at })
  // services that are no longer measured make room
  return [...newest.values()].sort((a, b) => b.at - a.at || (a.name < b.name ? -1 : 1)).slice(0, MAX_PROBES)
}
