import * as z from 'zod'
import { AgentEvent, Culprit, MeasuredProbe, Vitals } from '../wire/events.ts'
import { TAG_SOURCES } from '../words/index.ts'
import { Cohort, ComponentRef, Count, MachineState, PageQuery, PracticeRef, page, Time } from './common.ts'

export const MachineRow = z
  .object({
    /** The machine's id, a ULID. */
    id: z.string(),
    name: z.string(),
    practice: PracticeRef.nullable(),
    state: MachineState,
    stateSince: Time,
    /** Why it is in this state, in a sentence. */
    stateReason: z.string(),
    model: z.string().nullable(),
    /** Sensors' versions on it, main one first. */
    sensors: z.array(ComponentRef),
    contents: z.array(ComponentRef),
    os: ComponentRef.nullable(),
    lastSeen: Time,
    lastBootAt: Time.nullable(),
    lastCrashAt: Time.nullable(),
    lastCrashStop: z.string().nullable(),
    lastCrashCulprit: z.string().nullable(),
    /** Tags that hold for it, in order. */
    tags: z.array(z.string()),
    /** In the incident that the query names, if it names one. */
    cohort: Cohort.nullable(),
  })
  .meta({ id: 'MachineRow' })
export type MachineRow = z.infer<typeof MachineRow>

export const MACHINE_SORTS = ['name', 'practice', 'state', 'lastSeen', 'lastCrashAt', 'model'] as const
export const MachinesQuery = z.object({
  /** In the query language, docs/query.md. Empty: every machine. */
  q: z.string().max(2000).default(''),
  sort: z.enum(MACHINE_SORTS).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
  facets: z.enum(['0', '1']).default('0'),
  /** Begin at this row, from 0, in place of a cursor: for the middle of a long list. */
  offset: z.coerce.number().int().min(0).optional(),
  ...PageQuery,
})

/** Values of one attribute among the machines found, most frequent first. `term` is what to add to the query. */
export const Facet = z
  .object({
    name: z.enum(['state', 'practice', 'region', 'sensor', 'content', 'os', 'model', 'culprit', 'tag']),
    values: z.array(z.object({ value: z.string(), label: z.string(), term: z.string(), count: Count })),
    /** Values that are not listed. */
    more: Count,
  })
  .meta({ id: 'Facet' })
export type Facet = z.infer<typeof Facet>

export const MachinesPage = page(MachineRow)
  .extend({
    facets: z.array(Facet).optional(),
    /** The query in words. */
    explained: z.string(),
  })
  .meta({ id: 'MachinesPage' })
export type MachinesPage = z.infer<typeof MachinesPage>

export const CrashRow = z
  .object({
    id: z.string(),
    at: Time,
    kind: z.enum(['bugcheck', 'app', 'hang', 'service']),
    stopCode: z.string().nullable(),
    stopName: z.string().nullable(),
    parameters: z.array(z.string()),
    culprit: z.nullable(Culprit),
    uptimeSeconds: z.number().nullable(),
    process: z.string().nullable(),
    module: z.string().nullable(),
    dump: z.string().nullable(),
    drivers: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
    sources: z.array(z.string()),
    count: Count,
  })
  .meta({ id: 'CrashRow' })
export type CrashRow = z.infer<typeof CrashRow>

export const MachineDetail = z
  .object({
    machine: MachineRow,
    agentVersion: z.string().nullable(),
    unmanaged: z.boolean(),
    enrolledAt: Time,
    /** Since when it counts for itself in the detector; null while it is on probation. */
    establishedAt: Time.nullable(),
    /** Since when it is not let in any more. */
    revokedAt: Time.nullable(),
    /** Out of the fleet: since when and why, and as which machine it was enrolled anew, where that is why. */
    retired: z
      .object({ at: Time, why: z.string(), as: z.object({ id: z.string(), name: z.string() }).nullable() })
      .nullable(),
    /** Name of the enrolment token that it came in with. */
    enrolledWith: z.string().nullable(),
    /** How it proves who it is, and what was noticed of the computers behind that, the latest first. */
    identity: z.object({
      provenBy: z.enum(['key', 'secret', 'nothing']),
      notes: z.array(
        z.object({ at: Time, kind: z.enum(['two', 'board', 'restored', 'renamed', 'key', 'again']), text: z.string() }),
      ),
    }),
    osName: z.string().nullable(),
    maker: z.string().nullable(),
    serialNumber: z.string().nullable(),
    /** How far the machine's clock runs ahead of the collector's, in milliseconds. */
    clockSkewMs: z.number().nullable(),
    components: z.array(ComponentRef.extend({ since: Time.nullable(), detail: z.record(z.string(), z.string()) })),
    lastCrash: CrashRow.nullable(),
    vitals: z.nullable(Vitals),
    vitalsAt: Time.nullable(),
    readiness: z.record(z.string(), z.boolean()).nullable(),
    hardware: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
    /** What it last measured of each service, each with its time; `at` is the newest. */
    reachability: z.object({ at: Time, results: z.array(MeasuredProbe) }).nullable(),
    problems: z.array(z.object({ source: z.string(), code: z.string(), message: z.string() })),
    incidents: z.array(z.object({ id: z.int(), title: z.string(), cohort: Cohort })),
    /** Tags that hold for it, with who said each: people of it, people of its practice, or its agent. */
    tagged: z.array(z.object({ tag: z.string(), by: z.enum(TAG_SOURCES) })),
  })
  .meta({ id: 'MachineDetail' })
export type MachineDetail = z.infer<typeof MachineDetail>

/** Machines whose right to speak ended just now; those that were revoked before are not counted. */
export const Revoked = z.object({ revoked: Count }).meta({ id: 'Revoked' })

/** Which machines: by a query, or by their ids. */
const Chosen = { q: z.string().max(2000).optional(), ids: z.array(z.string().max(40)).min(1).max(10_000).optional() }

export const RetireBody = z.object({ ...Chosen, why: z.string().min(1).max(200) })
export const MoveBody = z.object({ ...Chosen, practice: z.string().min(1).max(20) })
/** Words, each of which stands in a retired machine's name, practice's code or reason. */
const RetiredWords = z.string().max(200)
export const RetiredQuery = z.object({ q: RetiredWords.optional() })
/** Which retired machines: by words, or by their ids. */
export const RetiredChosen = z.object({
  ids: z.array(z.string().max(40)).min(1).max(1_000).optional(),
  q: RetiredWords.optional(),
})
/** Machines that went out of the fleet just now, and those that are connected and stay. */
export const Retired = z.object({ retired: Count, connected: Count }).meta({ id: 'Retired' })
export const RetiredMachine = z
  .object({
    id: z.string(),
    name: z.string(),
    practice: z.string().nullable(),
    lastSeen: Time,
    retiredAt: Time,
    why: z.string(),
  })
  .meta({ id: 'RetiredMachine' })
export type RetiredMachine = z.infer<typeof RetiredMachine>

/** Machines whose probation ended just now. */
export const Vouched = z.object({ vouched: Count }).meta({ id: 'Vouched' })

/** One entry of a machine's timeline: an event of the agent's, or what the collector saw of it. */
export const TimelineEntry = z
  .object({
    seq: z.int(),
    at: Time,
    receivedAt: Time,
    lane: z.enum(['boot', 'crash', 'component', 'connection', 'service', 'network', 'other']),
    type: z.string(),
    /** In a sentence. */
    text: z.string(),
    event: z.nullable(AgentEvent),
  })
  .meta({ id: 'TimelineEntry' })
export type TimelineEntry = z.infer<typeof TimelineEntry>
export const TimelineQuery = z.object({
  from: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
  ...PageQuery,
})
export const TimelinePage = page(TimelineEntry)
  .extend({
    /** Planned work on it, of the last 30 days and what comes, latest first. */
    maintenance: z.array(z.object({ title: z.string(), from: Time, until: Time })),
  })
  .meta({ id: 'TimelinePage' })
export type TimelinePage = z.infer<typeof TimelinePage>

export const QueryExplained = z
  .object({
    ok: z.boolean(),
    explained: z.string(),
    /** Where it is wrong and what is possible. */
    error: z.object({ message: z.string(), start: z.int(), end: z.int(), suggestions: z.array(z.string()) }).nullable(),
  })
  .meta({ id: 'QueryExplained' })
export type QueryExplained = z.infer<typeof QueryExplained>

export const Suggestions = z
  .object({
    /** The part of the query from `start` to `end` that a suggestion replaces. */
    start: z.int(),
    end: z.int(),
    items: z.array(z.object({ text: z.string(), label: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Suggestions' })
export type Suggestions = z.infer<typeof Suggestions>
