/**
 * Incidents: what is wrong in the fleet, as people know it. Findings of the detector and other verdicts open them; events
 * and time move their cohorts; people act on them through the desk.
 */

export { IncidentDesk } from './desk.ts'
export type { Incident } from './incident.ts'
export { type IncidentChange, Incidents } from './incidents.ts'
export { IncidentReader, type ReaderDeps } from './reader.ts'
export { shippedRunbooks } from './runbooks.ts'
export { seedRunbooks } from './seed-runbooks.ts'
export { staffWords } from './staff-words.ts'
