import type { Replayed, ReplayOptions } from './run.ts'
import { replayThroughCollector } from './through-collector.ts'
import { replayThroughDetector } from './through-detector.ts'

/** Which way a replay goes; `auto` takes the collector as long as that takes a minute or two. */
export type Through = 'auto' | 'collector' | 'detector'

/** Machines times hours: 20,000 machines through a simulated hour cost a collector about 25 s of a core. */
const LARGEST_THROUGH_COLLECTOR = 60_000

/** Replays a scenario in virtual time. */
export async function replay(options: ReplayOptions, through: Through): Promise<Replayed> {
  const { clock, fleet, hostile } = options.scenario
  const machineHours = (fleet.machines * clock.duration_s) / 3600
  const isLarge = machineHours > LARGEST_THROUGH_COLLECTOR
  // who is believed is decided before the detector
  const alone = through === 'detector' || (through === 'auto' && isLarge && hostile.length === 0)
  return alone ? replayThroughDetector(options) : await replayThroughCollector(options)
}
