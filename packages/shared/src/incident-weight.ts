import type { IncidentRow } from './api/incidents.ts'
import { illOf } from './words/cohorts.ts'

/** Incidents that an overview lists. A fleet has a handful; more would be for the list of incidents, page by page. */
export const MOST_SHOWN = 50

const STATUS_WEIGHT: Record<IncidentRow['status'], number> = {
  open: 3,
  acknowledged: 3,
  contained: 2,
  resolved: 1,
  merged: 0,
}

/** Worst first: what still spreads before what is contained, then by machines that are ill. For the collector and the page. */
export const byWeight = (a: IncidentRow, b: IncidentRow): number =>
  STATUS_WEIGHT[b.status] - STATUS_WEIGHT[a.status] || illOf(b.cohorts) - illOf(a.cohorts) || b.id - a.id
