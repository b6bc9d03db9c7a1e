import * as z from 'zod'
import { Time } from './common.ts'
import { CHANNEL_KINDS } from './settings.ts'

/** Shifts, channels of one, and exceptions that a rota has at most: more is a plan for another tool. */
const MOST_SHIFTS = 21
const MOST_TURNS = 20
const MOST_EXCEPTIONS = 100

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of the day such as 18:00')
const Shift = z.object({
  /** 0 is Sunday. */
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: TimeOfDay,
  /** Where it is not after `from`, the shift ends on the next day. */
  until: TimeOfDay,
  /** Ids of channels that take turns, a week each. */
  channels: z.array(z.int()).min(1).max(MOST_TURNS),
})
const Exception = z.object({
  /** The first day and the last. */
  from: z.iso.date(),
  until: z.iso.date(),
  channel: z.int(),
  note: z.string().max(200).default(''),
})

export const RotaBody = z.object({
  name: z.string().min(1).max(200),
  /** The first that holds counts. */
  shifts: z.array(Shift).min(1).max(MOST_SHIFTS),
  /** Days on which somebody else is on call; holidays. */
  exceptions: z.array(Exception).max(MOST_EXCEPTIONS).default([]),
  /** Minutes until the next channel is told of what nobody has acknowledged; 0: no other is. */
  nextAfterMinutes: z.int().min(0).max(1440).default(15),
  /** A day of the week in which the first of each shift has their turn; today, where it is not said. */
  turnsFrom: z.iso.date().optional(),
})
export type RotaBody = z.infer<typeof RotaBody>

export const RotaRow = RotaBody.required()
  .extend({
    id: z.int(),
    /** Who is on call in the seven days from now; null: nobody, so that all channels of the rota are told. */
    spans: z.array(z.object({ from: Time, until: Time, channel: z.int().nullable() })),
  })
  .meta({ id: 'Rota' })
export type RotaRow = z.infer<typeof RotaRow>
export const Rotas = z.object({ items: z.array(RotaRow) }).meta({ id: 'Rotas' })

/** What a message can be about. */
export const PREVIEWS = ['opened', 'grown', 'contained', 'resolved', 'digest', 'test'] as const
export const PreviewQuery = z.object({ stage: z.enum(PREVIEWS).default('opened') })
export const ChannelPreview = z
  .object({
    kind: z.enum(CHANNEL_KINDS),
    stage: z.enum(PREVIEWS),
    /** Whether it is of an incident that there is; else of one that is made up. */
    real: z.boolean(),
    title: z.string(),
    text: z.string(),
    /** Exactly what leaves, but for secrets. */
    raw: z.string(),
  })
  .meta({ id: 'ChannelPreview' })
export type ChannelPreview = z.infer<typeof ChannelPreview>
