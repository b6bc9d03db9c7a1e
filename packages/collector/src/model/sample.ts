import type { CohortCounts } from '@pumphandle/shared/api'

/** An incident's figures for one minute. */
export interface Sample {
  /** Start of the minute, ms epoch. */
  readonly at: number
  /** Machines that failed in it, with the suspect and without. */
  readonly failedWith: number
  readonly failedWithout: number
  /** Machines connected at its end, or lost by this incident, with the suspect and without. */
  readonly machinesWith: number
  readonly machinesWithout: number
  readonly cohorts: CohortCounts
}

/** Failures per 1,000 machine-hours; null where nothing was exposed. */
export function ratePer1000Hours(failures: number, machines: number, seconds: number): number | null {
  const hours = (machines * seconds) / 3_600
  return hours > 0 ? (failures / hours) * 1_000 : null
}
