import { CommonsSeen } from '@pumphandle/shared/api'
import * as z from 'zod'

/** Under this name the table of snapshots keeps what is known of the commons, for every process that shows it. */
export const STATE = 'commons'
/** Under this one, what was sent last; under this, the counts. */
export const SENT = 'commons-sent'
export const TALLY = 'commons-tally'

/** What is stored of a member's side. */
export const State = z.object({
  server: z.string(),
  key: z.string(),
  /** Of the last report; rises, also over a restart. */
  number: z.number(),
  sentAt: z.number().nullable(),
  answeredAt: z.number().nullable(),
  problem: z.string().nullable(),
  organisations: z.number(),
  warnings: z.array(
    z.object({
      key: z.string(),
      since: z.number(),
      overAt: z.number().nullable(),
      lastAt: z.number(),
      isTold: z.boolean(),
      seen: CommonsSeen,
      incident: z.number().nullable(),
    }),
  ),
  seen: z.array(CommonsSeen),
})
export type State = z.infer<typeof State>
