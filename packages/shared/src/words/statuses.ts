/** What each status of an incident means, in the order of its life. */
export const STATUS_MEANING = {
  open: 'nobody has taken it yet',
  acknowledged: 'somebody has taken it',
  contained: 'no machine was newly affected for a while',
  resolved: 'over: all have recovered, or somebody said so',
  merged: 'over: its machines are another incident’s now',
} as const

export type IncidentStatus = keyof typeof STATUS_MEANING
export const INCIDENT_STATUSES = Object.keys(STATUS_MEANING) as [IncidentStatus, ...IncidentStatus[]]

/** Active: not over. */
export const ACTIVE_STATUSES = ['open', 'acknowledged', 'contained'] as const satisfies readonly IncidentStatus[]
export const isActive = (status: IncidentStatus): boolean =>
  (ACTIVE_STATUSES as readonly IncidentStatus[]).includes(status)
