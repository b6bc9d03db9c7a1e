import * as z from 'zod'
import { Count, PageQuery, PracticeRef, page, Time } from './common.ts'

/** Where a list of what the organisation owns came from; an import replaces what came from there before. */
export const LIST_SOURCES = ['active-directory', 'entra', 'intune', 'configuration-manager', 'register'] as const
export const ListSource = z.enum(LIST_SOURCES).meta({ id: 'ListSource' })
export type ListSource = z.infer<typeof ListSource>

const Place = z.object({
  /** Null where the list does not say to which practice they belong. */
  practice: PracticeRef.nullable(),
  /** In the organisation's lists. */
  listed: Count,
  /** Of them, those with an agent. */
  watched: Count,
})

/** What the organisation owns beside what has an agent. */
export const Coverage = z
  .object({
    /** When each list was taken over last, and how many machines it has. */
    lists: z.array(z.object({ source: ListSource, at: Time, machines: Count })),
    listed: Count,
    watched: Count,
    /** Without an agent, of which nobody has heard for 90 days: probably gone. */
    stale: Count,
    /** With an agent that has not been heard for two weeks. */
    stopped: Count,
    /** Agents that are older than the newest that any machine has. */
    outdated: Count,
    newestAgent: z.string().nullable(),
    /** Agents that no list has. */
    unlisted: Count,
    practices: z.array(Place),
    trend: z.array(z.object({ day: Time, listed: Count, watched: Count, unlisted: Count })),
  })
  .meta({ id: 'Coverage' })
export type Coverage = z.infer<typeof Coverage>

export const COVERAGE_KINDS = ['missing', 'unlisted', 'stopped', 'outdated'] as const
export const CoverageMachine = z
  .object({
    name: z.string(),
    /** The machine's id where it has an agent. */
    id: z.string().nullable(),
    serial: z.string().nullable(),
    practice: PracticeRef.nullable(),
    sources: z.array(ListSource),
    /** When anybody heard of it last, by its agent or by the lists. */
    lastSeen: Time.nullable(),
    stale: z.boolean(),
  })
  .meta({ id: 'CoverageMachine' })
export type CoverageMachine = z.infer<typeof CoverageMachine>

export const CoverageQuery = z.object({
  kind: z.enum(COVERAGE_KINDS).default('missing'),
  q: z.string().max(200).default(''),
  ...PageQuery,
})
export const CoveragePage = page(CoverageMachine).meta({ id: 'CoveragePage' })

export const CoverageImportQuery = z.object({ source: ListSource, dryRun: z.enum(['0', '1']).default('0') })
export const CoverageImport = z
  .object({
    dryRun: z.boolean(),
    rows: Count,
    machines: Count,
    /** In the list of this source before and not any more. */
    gone: Count,
    /** Disabled accounts, and what does not run Windows. */
    skipped: Count,
    /** Rows of computers that another row has: the one that was heard of last counts. */
    twice: Count,
    /** Of which the practice is known. */
    placed: Count,
    errors: z.array(z.object({ row: z.int(), message: z.string() })),
  })
  .meta({ id: 'CoverageImport' })
export type CoverageImport = z.infer<typeof CoverageImport>
