import * as z from 'zod/mini'

const Shift = z.object({
  /** 0 is Sunday. */
  days: z.array(z.number()),
  /** `18:00`; where it is not before `until`, the shift ends on the next day. */
  from: z.string(),
  until: z.string(),
  /** Ids of channels that take turns, a week each. */
  channels: z.array(z.number()),
})

const Exception = z.object({
  /** The first day and the last, `2026-12-25`. */
  from: z.string(),
  until: z.string(),
  channel: z.number(),
  note: z._default(z.string(), ''),
})

/** Who is on call when. */
export const Rota = z.object({
  shifts: z.array(Shift),
  exceptions: z._default(z.array(Exception), []),
  /** Minutes until the next channel is told of what nobody has acknowledged; 0: no other is. */
  nextAfterMinutes: z._default(z.number(), 0),
  /** A day of the week in which the first of each shift has their turn, `2026-11-23`. */
  turnsFrom: z.string(),
})
export type Rota = z.infer<typeof Rota>
