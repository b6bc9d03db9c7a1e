import * as z from 'zod'
import { ProbeTarget } from '../wire/frames.ts'
import { MAX_PROBES } from '../wire/limits.ts'
import { Count, Time } from './common.ts'
import { Places, ROLES } from './people.ts'

export const RunbookRow = z
  .object({
    id: z.string(),
    title: z.string(),
    markdown: z.string(),
    /** Component keys with `*` that this runbook is for, e.g. `content:falcon/*`; or an incident kind. */
    matches: z.array(z.string()),
    updatedAt: Time,
    updatedBy: z.string(),
  })
  .meta({ id: 'Runbook' })
export type RunbookRow = z.infer<typeof RunbookRow>
export const Runbooks = z.object({ items: z.array(RunbookRow) }).meta({ id: 'Runbooks' })
export const RunbookBody = z.object({
  title: z.string().min(1).max(200),
  markdown: z.string().max(50_000),
  matches: z.array(z.string().max(200)).max(50),
})

export const CHANNEL_KINDS = [
  'teams',
  'slack',
  'email',
  'pagerduty',
  'opsgenie',
  'ntfy',
  'sms',
  'syslog',
  'webhook',
] as const
/** `22:00-07:00`; empty: never. */
const Quiet = z
  .string()
  .regex(/^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'Write quiet hours such as 22:00-07:00')
  .refine(
    (text) => text === '' || text.slice(0, 5) !== text.slice(6),
    'Quiet hours that end when they begin never end: switch the channel off instead',
  )
/** `08:00`; empty: never. */
const TimeOfDay = z.string().regex(/^$|^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of the day such as 08:00')
export const ChannelRow = z
  .object({
    id: z.int(),
    name: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    /** Host only, for the whole address may hold a secret; of `email` the addresses. */
    target: z.string(),
    enabled: z.boolean(),
    lastOkAt: Time.nullable(),
    lastError: z.string().nullable(),
    /** It is told of an incident that nobody has acknowledged for so long; 0: at once. */
    afterMinutes: z.int(),
    /** When it is left in peace except for the worst, in the collector's time zone. */
    quiet: Quiet,
    /** What begins is told when it has lasted so long; 0: at once. */
    downMinutes: z.int(),
    /** What is contained or over is told when it has stayed so for so long. */
    backMinutes: z.int(),
    /** When what is not of the worst is told, in one message a day; empty: each by itself. */
    digest: TimeOfDay,
    /** Of which places it is told, with the numbers of these alone; null: of the whole fleet. */
    places: Places.nullable(),
    /** Machines of which it is told, as a query, with the numbers of these alone; empty: of all. */
    q: z.string(),
    hasSecret: z.boolean(),
  })
  .meta({ id: 'Channel' })
export type ChannelRow = z.infer<typeof ChannelRow>
export const Channels = z.object({ items: z.array(ChannelRow) }).meta({ id: 'Channels' })
export const ChannelBody = z.object({
  name: z.string().min(1).max(200),
  kind: z.enum(CHANNEL_KINDS),
  /** `https://…`; for `email` `mailto:` and up to ten addresses, comma between; for `syslog` `syslog://host:514`. */
  url: z.url().max(2000),
  enabled: z.boolean().default(true),
  /** What signs a webhook's messages, or the key that a service gave. It is never told again. */
  secret: z.string().max(500).default(''),
  afterMinutes: z.int().min(0).max(1440).default(0),
  quiet: Quiet.default(''),
  downMinutes: z.int().min(0).max(1440).default(0),
  backMinutes: z.int().min(0).max(1440).default(5),
  digest: TimeOfDay.default(''),
  places: Places.nullable().default(null),
  q: z.string().max(2000).default(''),
})
/** An address and a secret are never told again: what is not said of them stays. */
export const ChannelChangeBody = ChannelBody.extend({
  url: ChannelBody.shape.url.optional(),
  secret: ChannelBody.shape.secret.unwrap().optional(),
})

/** Machines that the query finds raise no incident in the window; it is shown wherever they are. */
/** `monthly` is the same weekday of the month, such as the second Tuesday. */
export const REPEATS = ['once', 'weekly', 'monthly'] as const
const Repeats = z.enum(REPEATS)
export const MaintenanceRow = z
  .object({
    id: z.int(),
    title: z.string(),
    q: z.string(),
    /** Of a window that repeats: the time that goes on, or the next. */
    from: Time,
    until: Time,
    repeats: Repeats,
    createdBy: z.string(),
    /** Of work that was told afterwards, where it is told: incidents that were nothing else, machines that are excused. */
    marked: z.object({ incidents: Count, machines: Count }).optional(),
  })
  .meta({ id: 'Maintenance' })
export type MaintenanceRow = z.infer<typeof MaintenanceRow>
export const Maintenances = z.object({ items: z.array(MaintenanceRow) }).meta({ id: 'Maintenances' })
export const MaintenanceBody = z.object({
  title: z.string().min(1).max(200),
  q: z.string().max(2000),
  from: z.int(),
  until: z.int(),
  repeats: Repeats.default('once'),
})

export const Settings = z
  .object({
    /** False incidents per fleet-year that the detector may raise. */
    alarmBudget: z.number().min(0.05).max(50),
    retentionDays: z.object({ events: z.int().min(7).max(3650), audit: z.int().min(90).max(3650) }),
    bootLoop: z.object({ boots: z.int().min(2).max(20), minutes: z.int().min(5).max(240) }),
    probes: z.array(ProbeTarget).max(MAX_PROBES),
    /** Time zone that opening hours are read in. */
    timeZone: z.string().max(60),
    /** Machines that were not heard for so many days are retired by themselves; 0: only by people. */
    retireAfterDays: z.int().min(0).max(3650),
    /** The least role from which on accounts with a password must have a second factor. */
    secondFactorFrom: z.enum(['nobody', ...ROLES]),
  })
  .meta({ id: 'Settings' })
export type Settings = z.infer<typeof Settings>
export const SettingsBody = Settings.partial()
