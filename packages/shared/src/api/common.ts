import * as z from 'zod'
import { COHORTS } from '../words/cohorts.ts'
import { FACT_KINDS } from '../words/component-kinds.ts'
import { MACHINE_STATES } from '../words/states.ts'
import { WORKING } from '../words/working.ts'

export { COHORTS, MACHINE_STATES }

/** Milliseconds since 1970-01-01T00:00Z by the collector's clock. */
export const Time = z.int().meta({ id: 'Time', description: 'Milliseconds since 1970-01-01T00:00Z, collector clock' })
export const Count = z.int().nonnegative()

export const MachineState = z.enum(MACHINE_STATES).meta({ id: 'MachineState' })
export type MachineState = z.infer<typeof MachineState>

export const StateCounts = z.record(MachineState, Count).meta({ id: 'StateCounts' })
export type StateCounts = z.infer<typeof StateCounts>

export const Cohort = z.enum(COHORTS).meta({ id: 'Cohort' })
export type Cohort = z.infer<typeof Cohort>
export const CohortCounts = z.record(Cohort, Count).meta({ id: 'CohortCounts' })
export type CohortCounts = z.infer<typeof CohortCounts>

/** Whether a practice can work. */
export const Working = z.enum(WORKING).meta({ id: 'Working' })
export type Working = z.infer<typeof Working>

/** A component version, `kind:name@version`. */
export const ComponentRef = z
  .object({
    kind: z.enum(FACT_KINDS),
    name: z.string(),
    version: z.string(),
    /** `kind:name@version`. A query puts quotes around a name or version with blanks, brackets or commas. */
    key: z.string(),
  })
  .meta({ id: 'ComponentRef' })
export type ComponentRef = z.infer<typeof ComponentRef>

export const PracticeRef = z
  .object({ code: z.string(), name: z.string(), region: z.string().nullable(), pcn: z.string().nullable() })
  .meta({ id: 'PracticeRef' })
export type PracticeRef = z.infer<typeof PracticeRef>

/** RFC 9457. `detail` says what to do; `errors` names fields; `position` is where a query is wrong. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    position: z.object({ start: z.int(), end: z.int() }).optional(),
    suggestions: z.array(z.string()).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

/** A page of a list. `next` is the cursor of the following page, null at the end. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: Count })

export const PageQuery = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
}

export const Ok = z.object({ ok: z.literal(true) }).meta({ id: 'Ok' })
