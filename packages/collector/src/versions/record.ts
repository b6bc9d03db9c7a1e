import { VERDICT_WORDS } from '@pumphandle/shared/api'
import * as z from 'zod'
import { FAILURE_CLASSES, type FailureClass } from './failures.ts'
import { RatioSequence } from './numbers/ratio-sequence.ts'

const Counts = z.record(z.enum(FAILURE_CLASSES), z.number())

/** What is stored of a version. */
export const StoredVersion = z.object({
  /** Counted since, ms epoch. */
  since: z.number(),
  /** Machine-time connected, ms. */
  exposedMs: z.number(),
  /** Machine-hours an hour, over the last day. */
  pace: z.number(),
  failures: Counts,
  /** Those of `failures` that count for the statistics: of one practice's silence only the first. */
  votes: Counts,
  /** Machines that failed with it, as an incident explains by something else; not among `failures`. */
  explained: z.number(),
  /** The version that it is compared with, once a failure has been; null before. */
  before: z.string().nullable(),
  compared: z.partialRecord(
    z.enum(FAILURE_CLASSES),
    z.object({ newer: z.number(), older: z.number(), likelihood: z.array(z.number()) }),
  ),
  /** The incident that blames it. */
  blamed: z.object({ incident: z.number(), isSure: z.boolean() }).nullable(),
  word: z.enum(VERDICT_WORDS),
  wordSince: z.number(),
})
export type StoredVersion = z.infer<typeof StoredVersion>

/** One version: how long machines had it, and how they failed. */
export interface VersionRecord {
  /** `kind:name@version`. */
  readonly key: string
  readonly since: number
  exposedMs: number
  pace: number
  readonly failures: Record<FailureClass, number>
  readonly votes: Record<FailureClass, number>
  explained: number
  before: string | null
  readonly compared: Map<FailureClass, RatioSequence>
  blamed: StoredVersion['blamed']
  word: StoredVersion['word']
  wordSince: number
}

export function newRecord(key: string, now: number): VersionRecord {
  return {
    key,
    since: now,
    exposedMs: 0,
    pace: 0,
    failures: noFailures(),
    votes: noFailures(),
    explained: 0,
    before: null,
    compared: new Map(),
    blamed: null,
    word: 'new',
    wordSince: now,
  }
}

export function recordOf(key: string, { compared, ...stored }: StoredVersion): VersionRecord {
  return {
    key,
    ...stored,
    failures: { ...noFailures(), ...stored.failures },
    votes: { ...noFailures(), ...stored.votes },
    compared: new Map(
      Object.entries(compared).map(([name, saved]) => [name as FailureClass, new RatioSequence(saved)]),
    ),
  }
}

export function storedOf({ key: _key, compared, ...rest }: VersionRecord): StoredVersion {
  return { ...rest, compared: Object.fromEntries([...compared].map(([name, one]) => [name, one.save()])) }
}

function noFailures(): Record<FailureClass, number> {
  return { crash: 0, vanished: 0, 'no-return': 0, service: 0, app: 0 }
}
