import {
  type CohortCounts,
  type ComponentRef,
  Explanation,
  type IncidentHistoryEntry,
  type IncidentKind,
  IncidentRow,
  type IncidentStatus,
} from '@pumphandle/shared/api'
import * as z from 'zod'

/** What is stored of an incident apart from its members and history. */
export interface IncidentRecord {
  readonly id: number
  readonly kind: IncidentKind
  status: IncidentStatus
  title: string
  sentence: string
  cause: ComponentRef | null
  partner: ComponentRef | null
  confidence: 'certain' | 'strong' | 'likely'
  openedAt: number
  firstFailureAt: number
  lastFailureAt: number
  containedAt: number | null
  resolvedAt: number | null
  owner: string | null
  mergedInto: number | null
  /** The planned work that it was. */
  planned?: string | undefined
  /** The number that the detector knows it by; null for verdicts that are not the detector's. */
  detectorNumber: number | null
  /** What a verdict that is not the detector's is about (a site's code, a service's name), so that it opens once. */
  subject: string | null
  explanation: Explanation | null
  /** Practices hit and members by cohort, as of the last flush: for lists of incidents that are no longer in memory. */
  practices: number
  cohorts: CohortCounts
}

/** A record as the store gives it back; what an older version explained otherwise is left out, not the incident. */
export const storedRecord: z.ZodType<IncidentRecord> = IncidentRow.omit({ growth: true }).extend({
  containedAt: z.number().nullable(),
  detectorNumber: z.number().nullable(),
  subject: z.string().nullable(),
  explanation: Explanation.nullable().catch(null),
})

/** An incident that is no longer in memory, as lists show it. */
export function rowOfRecord(record: IncidentRecord): IncidentRow {
  const { containedAt: _at, detectorNumber: _number, subject: _subject, explanation: _explanation, ...row } = record
  return { ...row, growth: 0 }
}

export type HistoryType = IncidentHistoryEntry['type']

export interface HistoryRow {
  readonly incident: number
  readonly at: number
  readonly actor: string
  readonly type: HistoryType
  readonly text: string
}

/**
 * How sure: by how many powers of ten the test passed its threshold when it was raised, or the suspect's likelihood ratio
 * passes it now that more has failed, whichever is more.
 * @param score natural logarithm of the best suspect's likelihood ratio
 */
export function confidenceOf(log10P: number, log10Threshold: number, score: number): IncidentRecord['confidence'] {
  const margin = Math.max(log10Threshold - log10P, score / Math.LN10 + log10Threshold)
  return margin >= 6 ? 'certain' : margin >= 3 ? 'strong' : 'likely'
}
