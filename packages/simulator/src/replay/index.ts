/** Runs of scenarios, for the scoreboard and for tests that cross packages. */
export { type RealFleet, readFleet } from '../fleet-from/read-fleet.ts'
export { parseScenario, readScenario } from '../scenario/read.ts'
export type { Scenario } from '../scenario/scenario.ts'
export type { ScenarioResult } from '../score/result.ts'
export { type QuietYears, runQuietYears } from './quiet-year.ts'
export { replay, type Through } from './replay.ts'
export { replayThroughCollector } from './through-collector.ts'
export { replayThroughDetector } from './through-detector.ts'
