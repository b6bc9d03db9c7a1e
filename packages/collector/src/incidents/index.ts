/**
 * Incidents: what is wrong in the fleet, as people know it. Findings of the detector and other verdicts open them; events
 * and time move their cohorts; people act on them through the desk.
 */

export { PAST, Verdicts } from '../verdicts/index.ts'
export { practiceVerdict } from '../verdicts/practice.ts'
export { IncidentDesk } from './desk.ts'
export type { FleetView, Presence } from './fleet-view.ts'
export { type IncidentChange, Incidents } from './incidents.ts'
export { seedRunbooks } from './seed-runbooks.ts'
