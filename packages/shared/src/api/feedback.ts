import * as z from 'zod'
import { ComponentRef, Count, Time } from './common.ts'

/** What people say of an incident that is over: that was it, or it was not the version's fault. */
export const FEEDBACK = ['right', 'wrong'] as const
export const FeedbackBody = z.object({ was: z.enum(FEEDBACK), reason: z.string().trim().min(1).max(2000) })

export const IncidentFeedback = z
  .object({
    incident: z.int(),
    title: z.string(),
    cause: ComponentRef,
    was: z.enum(FEEDBACK),
    reason: z.string(),
    by: z.string(),
    at: Time,
  })
  .meta({ id: 'IncidentFeedback' })
export type IncidentFeedback = z.infer<typeof IncidentFeedback>

/** How often the detector was right in this fleet, as far as people said. */
export const FeedbackSummary = z
  .object({
    right: Count,
    wrong: Count,
    /** Incidents that were right among those judged, 0 to 1; null before the first. */
    precision: z.number().nullable(),
    /** Newest first. */
    items: z.array(IncidentFeedback),
    /** Components, `kind:name`, that were blamed wrongly: their versions need so many times the evidence. */
    doubted: z.array(z.object({ component: z.string(), factor: z.number() })),
  })
  .meta({ id: 'FeedbackSummary' })
export type FeedbackSummary = z.infer<typeof FeedbackSummary>
