import { CohortCounts, Count } from '@pumphandle/shared/api'
import * as z from 'zod'

/** An incident's figures for one minute. */
export const Sample = z.object({
  /** Start of the minute, ms epoch. */
  at: z.number(),
  /** Machines that failed in it, with the suspect and without. */
  failedWith: Count,
  failedWithout: Count,
  /** Machines connected at its end, or lost by this incident, with the suspect and without. */
  machinesWith: Count,
  machinesWithout: Count,
  cohorts: CohortCounts,
})
export type Sample = Readonly<z.infer<typeof Sample>>

/** Failures per 1,000 machine-hours; null where nothing was exposed. */
export function ratePer1000Hours(failures: number, machines: number, seconds: number): number | null {
  const hours = (machines * seconds) / 3_600
  return hours > 0 ? (failures / hours) * 1_000 : null
}
