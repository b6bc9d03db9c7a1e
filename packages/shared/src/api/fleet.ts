import * as z from 'zod'
import { ComponentRef, Count, PageQuery, PracticeRef, page, StateCounts, Time, Working } from './common.ts'
import { IncidentRow } from './incidents.ts'
import { VersionVerdict } from './verdicts.ts'

/** Whether a practice can work, and if not, why. */
export const PracticeVerdict = z
  .object({
    working: Working,
    why: z.enum(['none', 'pcs', 'line', 'clinical-system', 'outside-hours']),
    sentence: z.string(),
  })
  .meta({ id: 'PracticeVerdict' })
export type PracticeVerdict = z.infer<typeof PracticeVerdict>

export const PracticeTile = z
  .object({
    practice: PracticeRef,
    machines: Count,
    states: StateCounts,
    verdict: PracticeVerdict,
    /** Active incidents that hit it: machines of it failed, well again or not. */
    incidents: z.array(z.int()),
  })
  .meta({ id: 'PracticeTile' })
export type PracticeTile = z.infer<typeof PracticeTile>

/** A component version that came into the fleet lately. */
export const Arrival = z
  .object({
    component: ComponentRef,
    firstSeen: Time,
    machines: Count,
    verdict: VersionVerdict.nullable(),
  })
  .meta({ id: 'Arrival' })
export type Arrival = z.infer<typeof Arrival>

/** What came onto machines in a span of time, beside what failed. */
export const Changed = z
  .object({
    from: Time,
    until: Time,
    /** Machines that had a blue screen or vanished in the span. */
    failed: Count,
    items: z.array(
      z.object({
        component: ComponentRef,
        firstSeen: Time,
        /** Machines that received it in the span. */
        machines: Count,
        /** Of them, those that failed after it, in the span. */
        failed: Count,
      }),
    ),
    /** Versions that are not listed. */
    more: Count,
  })
  .meta({ id: 'Changed' })
export type Changed = z.infer<typeof Changed>
/** A month at most: a span is for what happened lately. */
export const ChangedQuery = z.object({ from: z.coerce.number().int().min(0), until: z.coerce.number().int().min(0) })

export const CollectorHealth = z
  .object({
    ok: z.boolean(),
    /** What is wrong, in sentences; empty when all is well. */
    problems: z.array(z.object({ code: z.string(), title: z.string(), severity: z.enum(['warning', 'error']) })),
    connections: Count,
    eventsPerSecond: z.number(),
    commitMs: z.number(),
    startedAt: Time,
    /** Just started: until when machines that have not come back are not held to be dark. */
    blindUntil: Time.nullable(),
    /** A fleet that is new: until when no incident is opened, since what is usual has to be seen first. */
    learnsUntil: Time.nullable(),
  })
  .meta({ id: 'CollectorHealth' })
export type CollectorHealth = z.infer<typeof CollectorHealth>

export const Overview = z
  .object({
    at: Time,
    demo: z.boolean(),
    machines: Count,
    practices: Count,
    heardLastMinute: Count,
    states: StateCounts,
    /** That are not over; the worst fifty. */
    incidents: z.array(IncidentRow),
    health: CollectorHealth,
    arrivals: z.array(Arrival),
  })
  .meta({ id: 'Overview' })
export type Overview = z.infer<typeof Overview>

/** Every practice's tile, grouped by the page. 6,500 practices take about 1.5 MB before compression. */
export const PracticeTiles = z
  .object({
    at: Time,
    tiles: z.array(PracticeTile),
    /** Where regions lie on the map, from the north and from the west, from 1, as far as an import says it. */
    grid: z.array(z.object({ region: z.string(), row: z.int(), column: z.int() })),
  })
  .meta({ id: 'PracticeTiles' })
export type PracticeTiles = z.infer<typeof PracticeTiles>

/** Counts per bucket over the last hours. */
export const FleetSeries = z
  .object({ bucketSeconds: z.int(), from: Time, crashes: z.array(Count), dark: z.array(Count), boots: z.array(Count) })
  .meta({ id: 'FleetSeries' })
export type FleetSeries = z.infer<typeof FleetSeries>

/** A day, UTC; kept when its events are gone. */
export const TrendDay = z
  .object({
    day: Time,
    /** Enrolled by its end. */
    machines: Count,
    /** Blue screens, and machines that had one. */
    crashes: Count,
    crashedMachines: Count,
    dark: Count,
    boots: Count,
    /** That were opened. */
    incidents: Count,
  })
  .meta({ id: 'TrendDay' })
export type TrendDay = z.infer<typeof TrendDay>

export const PracticeDetail = z
  .object({
    practice: PracticeRef,
    status: z.enum(['open', 'closed', 'merged']),
    mergedInto: z.string().nullable(),
    address: z.string().nullable(),
    openingHours: z.string().nullable(),
    contacts: z.array(z.object({ name: z.string(), role: z.string(), phone: z.string(), email: z.string() })),
    verdict: PracticeVerdict,
    machines: Count,
    states: StateCounts,
    incidents: z.array(IncidentRow),
    /** Its own tags, which are its machines' too. */
    tags: z.array(z.string()),
    /** Reachability of named services from this practice: machines that reach it, of those that measured it lately. */
    reachability: z.array(z.object({ name: z.string(), ok: Count, of: Count, failedAt: z.string().nullable() })),
  })
  .meta({ id: 'PracticeDetail' })
export type PracticeDetail = z.infer<typeof PracticeDetail>

export const PracticesQuery = z.object({
  q: z.string().max(200).default(''),
  working: Working.optional(),
  region: z.string().max(200).optional(),
  /** An active incident: the practices that it hit. */
  incident: z.coerce.number().int().optional(),
  ...PageQuery,
})
export const PracticesPage = page(PracticeTile).meta({ id: 'PracticesPage' })
export type PracticesPage = z.infer<typeof PracticesPage>
export const PracticeBody = z.object({
  openingHours: z.string().max(2000).nullable().optional(),
  contacts: z
    .array(
      z.object({
        name: z.string().max(200),
        role: z.string().max(200),
        phone: z.string().max(50),
        email: z.string().max(200),
      }),
    )
    .max(20)
    .optional(),
})
/** What an import would change, or has changed. */
export const PracticesImport = z
  .object({
    dryRun: z.boolean(),
    rows: Count,
    added: Count,
    changed: Count,
    closed: Count,
    unchanged: Count,
    /** Rows of an ODS file that are no GP practices, or only proposed. */
    skipped: Count,
    errors: z.array(z.object({ row: z.int(), message: z.string() })),
    sample: z.array(z.object({ code: z.string(), change: z.string() })),
  })
  .meta({ id: 'PracticesImport' })
export type PracticesImport = z.infer<typeof PracticesImport>

/** One version of a sensor or content: who has it and how it fares. */
export const VersionRow = z
  .object({
    component: ComponentRef,
    machines: Count,
    firstSeen: Time,
    newest: z.boolean(),
    oldest: z.boolean(),
    /** How many newer versions of it machines have. */
    behind: Count,
    verdict: VersionVerdict.nullable(),
  })
  .meta({ id: 'VersionRow' })
export type VersionRow = z.infer<typeof VersionRow>
export const SensorProduct = z
  .object({
    kind: z.enum(['sensor', 'content']),
    name: z.string(),
    machines: Count,
    /** Machines on a version older than the two newest. */
    lagging: Count,
    versions: z.array(VersionRow),
  })
  .meta({ id: 'SensorProduct' })
export type SensorProduct = z.infer<typeof SensorProduct>
export const Sensors = z.object({ products: z.array(SensorProduct) }).meta({ id: 'Sensors' })
export type Sensors = z.infer<typeof Sensors>
/** Machines per version over time, and those of them that had a blue screen. */
export const Adoption = z
  .object({
    bucketSeconds: z.int(),
    from: Time,
    versions: z.array(z.object({ version: z.string(), machines: z.array(Count), failures: z.array(Count) })),
  })
  .meta({ id: 'Adoption' })
export type Adoption = z.infer<typeof Adoption>
export const AdoptionQuery = z.object({
  kind: z.enum(['sensor', 'content', 'os', 'driver', 'app']),
  name: z.string().max(200),
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(24 * 90)
    .default(72),
})
