import * as z from 'zod'
import { ComponentRef, Count, Time } from './common.ts'

const FailureClass = z.enum(['crash', 'vanished', 'no-return', 'service', 'app'])

/** What other organisations see of one version. */
export const CommonsSeen = z
  .object({
    component: ComponentRef,
    /** Other organisations that have it: three at least, or nothing is said of it. */
    organisations: Count,
    /** Those of them in which its machines fail beyond luck: one voice each, however many machines it has. */
    failing: Count,
    failureClass: FailureClass.nullable(),
    /** A blue screen's, 0x50 as 80. */
    stopCode: Count.nullable(),
    /** Within a week, in two digits; the largest organisation counts as much as the second largest. */
    machineHours: z.number(),
    failures: z.number(),
    /** Machines of this fleet that have it, and those that have an older version of its component. */
    machines: Count,
    waiting: Count,
  })
  .meta({ id: 'CommonsSeen' })
export type CommonsSeen = z.infer<typeof CommonsSeen>

/** A warning by other organisations. It is no incident: the evidence is theirs. */
export const CommonsWarning = z
  .object({
    /** In a sentence with its numbers. */
    sentence: z.string(),
    since: Time,
    /** When others saw it no more, or nobody here had it or waited for it any more; null while it lasts. */
    overAt: Time.nullable(),
    seen: CommonsSeen,
    /** This fleet's own incident that blames the same version. */
    incident: z.int().nullable(),
  })
  .meta({ id: 'CommonsWarning' })
export type CommonsWarning = z.infer<typeof CommonsWarning>

export const Commons = z
  .object({
    /** Whether this collector takes part. */
    isJoined: z.boolean(),
    /** The commons that it sends to. */
    server: z.string().nullable(),
    /** Its public key, which the commons' operator has to know. */
    key: z.string().nullable(),
    sentAt: Time.nullable(),
    answeredAt: Time.nullable(),
    /** Why the last report was not taken, in a sentence. */
    problem: z.string().nullable(),
    /** Other organisations that were heard lately. */
    organisations: Count,
    /** By how much larger a chance its detector may raise a version that it is warned of; see docs/commons.md. */
    timesElsewhere: z.number(),
    /** Those that last first, then the latest. */
    warnings: z.array(CommonsWarning),
    /** Versions that machines here have and three others too; what fails first. */
    seen: z.array(CommonsSeen),
  })
  .meta({ id: 'Commons' })
export type Commons = z.infer<typeof Commons>

export const CommonsReport = z
  .object({
    /** When it was sent; null where nothing has been. */
    sentAt: Time.nullable(),
    /** Exactly what left the house last; docs/commons.md says each field. */
    report: z.json().nullable(),
  })
  .meta({ id: 'CommonsReport' })
export type CommonsReport = z.infer<typeof CommonsReport>
