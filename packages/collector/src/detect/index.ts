/**
 * The detector: observations in, findings out. Pure: it reads no clock and does no I/O.
 *
 * ```ts
 * const facts = new FactRegistry()
 * const detector = new Detector({ facts })
 * for (const finding of detector.observe(observation)) incidents.take(finding)
 * for (const finding of detector.tick(clock.now())) incidents.take(finding) // once a second
 * ```
 */
export { Detector, type DetectorOptions } from './detector.ts'
export { Population } from './fleet/population.ts'
export { bootNumber } from './numbers/boot-number.ts'
export { grown } from './numbers/growable.ts'
export { logBetaTail } from './numbers/tail.ts'
export { type DetectorSnapshot, SNAPSHOT_FORMAT } from './snapshot.ts'
export { TIMES_ELSEWHERE } from './suspects/elsewhere.ts'
export { type Fact, FactRegistry } from './words/facts.ts'
export type * from './words/finding.ts'
export { MAX_EVIDENCE } from './words/finding.ts'
export type { FactId, MachineId, RegionId, SiteId } from './words/ids.ts'
export type * from './words/observation.ts'
export type { DetectorSettings } from './words/settings.ts'
