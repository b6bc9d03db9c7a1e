import * as z from 'zod'
import { COMPONENT_KINDS } from '../words/component-kinds.ts'
import { ComponentRef, Count, PageQuery, page, Time } from './common.ts'

/**
 * What can be said of a version, worst first. `bad`: an incident blames it, or the evidence is overwhelming. `suspect`: it
 * fails more often than its predecessor beside it, or an incident half blames it. `watching`: it may still be worse. `new`: too
 * little was seen to say anything. `no-worse`: more than twice as many crashes as before can be excluded. `better`: fewer.
 */
export const VERDICT_WORDS = ['bad', 'suspect', 'watching', 'new', 'no-worse', 'better'] as const
export const VerdictWord = z.enum(VERDICT_WORDS).meta({ id: 'VerdictWord' })
export type VerdictWord = z.infer<typeof VerdictWord>

/** Words that call for somebody. */
export const NEEDS_A_LOOK: readonly VerdictWord[] = ['bad', 'suspect']

/** How often one version failed beside the one before it, on machines alike and at the same time. */
export const VersionComparison = z
  .object({
    with: ComponentRef,
    failureClass: z.enum(['crash', 'vanished', 'no-return', 'service', 'app']),
    /** Failures that could be compared, on machines with this version and with the other. */
    failures: z.object({ newer: Count, older: Count }),
    /** How many times as often it fails: an interval that holds at any time with a chance of 95 %. Null: no limit. */
    low: z.number(),
    high: z.number().nullable(),
  })
  .meta({ id: 'VersionComparison' })
export type VersionComparison = z.infer<typeof VersionComparison>

export const VersionVerdict = z
  .object({
    component: ComponentRef,
    word: VerdictWord,
    /** Since when that is the word. */
    wordSince: Time,
    /** What is known, in a sentence with its numbers. */
    sentence: z.string(),
    /** What it would take to say more; null where more needs not be said. */
    needed: z.string().nullable(),
    /** Machines that have it now, and for how long machines had it while they were watched. */
    machines: Count,
    machineHours: z.number(),
    /** Counted since. */
    since: Time,
    /** Machines that failed with it, each once a fortnight. */
    failures: z.object({ crash: Count, vanished: Count, 'no-return': Count, service: Count, app: Count }),
    /** Machines that failed with it as an incident explains by something else; not among `failures`. */
    explained: Count,
    /** Crashes a machine-hour: an interval that holds at any time with a chance of 95 %. Above `high` can be excluded. */
    crashRate: z.object({ low: z.number(), high: z.number().nullable() }),
    /** Beside the version before it; the most telling kind of failure first. */
    compared: z.array(VersionComparison),
    /** The incident that blames it. */
    incident: z.int().nullable(),
  })
  .meta({ id: 'VersionVerdict' })
export type VersionVerdict = z.infer<typeof VersionVerdict>

/** An answer for a deployment ring that waits. */
export const VerdictAnswer = z
  .object({
    answer: z.enum(['good', 'bad', 'unknown']),
    /** Why, in a sentence. */
    because: z.string(),
    verdict: VersionVerdict,
  })
  .meta({ id: 'VerdictAnswer' })
export type VerdictAnswer = z.infer<typeof VerdictAnswer>

export const VerdictChange = z
  .object({
    id: z.int(),
    at: Time,
    component: ComponentRef,
    from: VerdictWord,
    to: VerdictWord,
    sentence: z.string(),
  })
  .meta({ id: 'VerdictChange' })
export type VerdictChange = z.infer<typeof VerdictChange>

export const VerdictsQuery = z.object({
  kind: z.enum(COMPONENT_KINDS).optional(),
  name: z.string().max(200).optional(),
  word: VerdictWord.optional(),
  ...PageQuery,
})
export const VerdictsPage = page(VersionVerdict).meta({ id: 'VerdictsPage' })
export type VerdictsPage = z.infer<typeof VerdictsPage>

export const VerdictQuery = z.object({
  /** The most crashes a machine-hour that are good enough; without it, `no-worse` and `better` are good. */
  atMost: z.coerce.number().positive().max(1).optional(),
})
export const VerdictDetail = VerdictAnswer.extend({ changes: z.array(VerdictChange) }).meta({ id: 'VerdictDetail' })
export type VerdictDetail = z.infer<typeof VerdictDetail>

/** What the organisation's own automation is told of a version. */
export const HoldBody = z.object({
  component: z
    .string()
    .regex(/^[a-z]+:[^@]+@.+$/)
    .max(300),
  action: z.enum(['hold', 'release']),
  reason: z.string().trim().max(500).default(''),
})
export const HoldTold = z
  .object({ items: z.array(z.object({ channel: z.string(), error: z.string().nullable() })) })
  .meta({ id: 'HoldTold' })
