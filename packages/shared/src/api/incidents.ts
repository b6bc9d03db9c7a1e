import * as z from 'zod'
import { OUTCOMES } from '../words/outcomes.ts'
import { INCIDENT_STATUSES } from '../words/statuses.ts'
import { Cohort, CohortCounts, ComponentRef, Count, PageQuery, PracticeRef, page, Time, Working } from './common.ts'

export { INCIDENT_STATUSES }
/** `contained`: no new affected machine for a while; it closes by `resolve` or by itself when all have recovered. */
export const IncidentStatus = z.enum(INCIDENT_STATUSES).meta({ id: 'IncidentStatus' })
export type IncidentStatus = z.infer<typeof IncidentStatus>

export const INCIDENT_KINDS = [
  'component', // a component version is at fault
  'practice-line', // a practice's line or power is down
  'clinical-system', // the clinical system is unreachable from machines that are well
  'model', // one hardware model
  'machine', // one machine that needs replacing
  'blind', // the collector itself could not see
] as const
export const IncidentKind = z.enum(INCIDENT_KINDS).meta({ id: 'IncidentKind' })
export type IncidentKind = z.infer<typeof IncidentKind>

/** A component version that could be at fault, with how well it explains the failures. */
export const Suspect = z
  .object({
    component: ComponentRef,
    /** For a pair: the second component that must be there too. */
    partner: ComponentRef.nullable(),
    /** Log likelihood ratio of the failures with this cause against none, plus priors. Higher explains better. */
    strength: z.number(),
    /** Share of the incident's failures on machines with it, 0 to 1. */
    covers: z.number(),
    /** Reasons for it, in phrases: "changed minutes before", "owns the faulting driver". */
    reasons: z.array(z.string()),
    /** For a suspect that is not first: why not. */
    whyNot: z.string().nullable(),
  })
  .meta({ id: 'Suspect' })
export type Suspect = z.infer<typeof Suspect>

/** Why an incident says what it says. The same data serves page, API, notification and evidence pack. */
export const Explanation = z
  .object({
    /** The finding in one sentence that a manager understands, with its numbers. */
    sentence: z.string(),
    /** Exposed and comparable machines, and failures in each. */
    table: z.object({
      exposed: z.object({ machines: Count, failures: Count }),
      unexposed: z.object({ machines: Count, failures: Count }),
    }),
    /** Failures among the exposed as the test weighs them: one machine one vote, one practice one renewing vote. */
    observed: z.number(),
    /** Failures that the baseline and the unexposed machines let expect among the exposed. */
    expected: z.number(),
    /** Chance of so many failures if nothing were wrong, as its natural logarithm, and the budget's threshold for it. */
    logP: z.number(),
    logThreshold: z.number(),
    /** What kind of failure raised it, over which age of the component and which memory, in words. */
    failureClass: z.string(),
    ageWindow: z.string(),
    memory: z.string(),
    suspects: z.array(Suspect),
    /** Every version of the partner's component with which it fails. */
    partnerVersions: z.array(ComponentRef),
    /** Values whose machines should have failed by now but did not. */
    spared: z.array(ComponentRef),
    secondsToFailure: z.object({ first: z.number(), median: z.number() }).nullable(),
    culprits: z.array(z.object({ driver: z.string(), count: Count })),
    stopCodes: z.array(z.object({ code: z.string(), name: z.string().nullable(), count: Count })),
    /** What the test takes for granted, in sentences. */
    assumptions: z.array(z.string()),
    /** When it was judged so; the incident's own numbers go on growing. */
    judgedAt: Time.optional(),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.infer<typeof Explanation>

export const IncidentRow = z
  .object({
    id: z.int(),
    kind: IncidentKind,
    status: IncidentStatus,
    title: z.string(),
    sentence: z.string(),
    cause: ComponentRef.nullable(),
    partner: ComponentRef.nullable(),
    /** How sure: `certain` once the test has passed its threshold a millionfold, `strong` a thousandfold. */
    confidence: z.enum(['certain', 'strong', 'likely']),
    openedAt: Time,
    firstFailureAt: Time,
    lastFailureAt: Time,
    resolvedAt: Time.nullable(),
    cohorts: CohortCounts,
    practices: Count,
    /** Practices that it hit and that cannot work now; absent where it is over. */
    stopped: Count.optional(),
    /** Machines newly affected in the last five minutes. */
    growth: Count,
    owner: z.string().nullable(),
    mergedInto: z.int().nullable(),
    /** The planned work that it was, where somebody said so afterwards: then it was no incident. */
    planned: z.string().optional(),
  })
  .meta({ id: 'IncidentRow' })
export type IncidentRow = z.infer<typeof IncidentRow>

export const IncidentHistoryEntry = z
  .object({
    id: z.int(),
    at: Time,
    /** Who: a user's name, or `collector`. */
    actor: z.string(),
    type: z.enum([
      'opened',
      'suspect-changed',
      'merged',
      'contained',
      'reopened',
      'resolved',
      'acknowledged',
      'owner',
      'note',
      'machine-marked',
      'notified',
    ]),
    text: z.string(),
  })
  .meta({ id: 'IncidentHistoryEntry' })
export type IncidentHistoryEntry = z.infer<typeof IncidentHistoryEntry>

export const IncidentDetail = z
  .object({
    incident: IncidentRow,
    explanation: Explanation.nullable(),
    runbook: z.object({ id: z.string(), title: z.string(), markdown: z.string() }).nullable(),
    history: z.array(IncidentHistoryEntry),
    /**
     * Machines that failed by it, and how many of them are past their probation, so that they count for themselves. `lately`: of
     * these, who came in the last 14 days and nobody has answered for; by so many `origins`, each a token or a practice's copies.
     */
    standing: z.object({ failed: Count, established: Count, lately: Count, origins: Count }),
    byPractice: z.array(
      z.object({
        practice: PracticeRef,
        machines: Count,
        cohorts: CohortCounts,
        working: Working,
      }),
    ),
    byRegion: z.array(z.object({ region: z.string(), practices: Count, cohorts: CohortCounts })),
  })
  .meta({ id: 'IncidentDetail' })
export type IncidentDetail = z.infer<typeof IncidentDetail>

/** Figures over time for the incident's charts; every series has one value per bucket. */
export const IncidentSeries = z
  .object({
    bucketSeconds: z.int(),
    from: Time,
    /** Failures per 1,000 machine-hours with and without the suspect; null where nothing was exposed. */
    rateWith: z.array(z.number().nullable()),
    rateWithout: z.array(z.number().nullable()),
    /** Cohort sizes at the end of each bucket: the burn-down. */
    cohorts: z.array(CohortCounts),
  })
  .meta({ id: 'IncidentSeries' })
export type IncidentSeries = z.infer<typeof IncidentSeries>

/** The evidence as pictures; see packages/shared/src/pictures. */
export const IncidentPicture = z
  .object({
    /** Machines by the time from the suspect's arrival to their first failure; null where nothing arrived. */
    arrivalToFailure: z
      .object({
        /** A bin ends before `untilSeconds` and begins where the one before it ends; the last has no end. */
        bins: z.array(z.object({ untilSeconds: z.number().nullable(), machines: Count })),
        /** Failed machines of which it is not known when the suspect arrived. */
        unknown: Count,
        medianSeconds: z.number().nullable(),
      })
      .nullable(),
    /** The epidemic curve: machines that newly received the suspect, and that failed for the first time, by bucket. */
    curve: z.object({
      from: Time,
      bucketSeconds: z.number(),
      exposedBefore: Count,
      exposed: z.array(Count),
      /** Those that received it since the curve ends, with the last failure and a while. */
      exposedAfter: Count.optional(),
      failed: z.array(Count),
    }),
  })
  .meta({ id: 'IncidentPicture' })
export type IncidentPicture = z.infer<typeof IncidentPicture>

export const IncidentsQuery = z.object({
  status: z.enum(['active', 'all', ...INCIDENT_STATUSES]).default('active'),
  ...PageQuery,
})
export const IncidentsPage = page(IncidentRow).meta({ id: 'IncidentsPage' })
export type IncidentsPage = z.infer<typeof IncidentsPage>

export const RECOVERY_MARKS = ['attended', 'recovered', 'not-recovered'] as const
/** One machine on the recovery board. `verified`: a clean boot and 30 minutes' uptime, seen by the collector. */
export const RecoveryRow = z
  .object({
    machine: z.string(),
    name: z.string(),
    practice: PracticeRef.nullable(),
    cohort: Cohort,
    reason: z.string(),
    mark: z.enum(RECOVERY_MARKS).nullable(),
    markedBy: z.string().nullable(),
    markedAt: Time.nullable(),
    verified: z.boolean(),
    lastSeen: Time,
  })
  .meta({ id: 'RecoveryRow' })
export type RecoveryRow = z.infer<typeof RecoveryRow>
export const RecoveryQuery = z.object({
  cohort: Cohort.optional(),
  /** A practice's code; `-` for machines of none. */
  practice: z.string().optional(),
  /** A part of the machine's name, its serial number or its practice. */
  name: z.string().max(200).optional(),
  ...PageQuery,
})
export const RecoveryPage = page(RecoveryRow)
  .extend({ counts: z.object({ affected: Count, attended: Count, recovered: Count, verified: Count, missing: Count }) })
  .meta({ id: 'RecoveryPage' })
export type RecoveryPage = z.infer<typeof RecoveryPage>

/** The signed token of a message's link, and who acknowledges. */
export const AcknowledgeLinkBody = z.object({ token: z.string().max(200), name: z.string().trim().max(100).optional() })
export const AcknowledgedByLink = z
  .object({
    id: z.int(),
    title: z.string(),
    sentence: z.string(),
    status: IncidentStatus,
    /** Who acknowledged it, and when; null: nobody has. */
    by: z.string().nullable(),
    at: Time.nullable(),
    /** Whether it was this call that did: of two people who press at once one has it. */
    yours: z.boolean(),
  })
  .meta({ id: 'AcknowledgedByLink' })
export const NoteBody = z.object({ text: z.string().min(1).max(5000) })
export const OwnerBody = z.object({
  owner: z.string().max(200).nullable(),
  /** Who has it as far as the asker knows: where somebody else took it meanwhile, nothing changes. */
  instead: z.string().max(200).nullable().optional(),
})
export const ResolveBody = z.object({
  text: z.string().max(5000).optional(),
  /** What it was; of one that blames a version this is also the feedback on it. */
  what: z.enum(OUTCOMES).optional(),
})
export const ReopenBody = z.object({ text: z.string().max(5000).optional() })
/** A page about an incident for those who were not there, made from its record. */
export const IncidentReport = z.object({ title: z.string(), markdown: z.string() }).meta({ id: 'IncidentReport' })
export const MergeBody = z.object({ into: z.int() })
export const MarkBody = z.object({ mark: z.enum(RECOVERY_MARKS), note: z.string().max(1000).optional() })

/** Nine times in ten between `low` and `high`. */
export const ForecastRange = z.object({ low: z.number(), likely: z.number(), high: z.number() })
export type ForecastRange = z.infer<typeof ForecastRange>

/** What an update that is on its way will do if it goes on like this. */
export const Forecast = z
  .object({
    component: ComponentRef,
    at: Time,
    until: Time,
    /** Why nothing is forecast; null while it goes on. */
    over: z.enum(['nothing-arrives', 'everybody-has-it']).nullable(),
    /** When the latest machine received it; null where none is known. */
    lastArrivalAt: Time.nullable(),
    perHour: Count,
    /** Machines that could still receive it. */
    remaining: Count,
    /** Share of those that have it that fails. */
    failShare: ForecastRange,
    /** More machines that will have it, and of them those that will fail. */
    arrivals: ForecastRange,
    failures: ForecastRange,
    /** Practices that they are in, and those that would then have lost more than half of their machines. */
    practices: Count,
    halfLost: Count,
    /** What was to be said an hour ago, and what happened since; null where it had not begun. */
    past: z.object({ at: Time, said: ForecastRange, happened: Count }).nullable(),
  })
  .meta({ id: 'Forecast' })
export type Forecast = z.infer<typeof Forecast>
