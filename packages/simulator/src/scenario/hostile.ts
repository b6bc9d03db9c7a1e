import * as z from 'zod'
import { ComponentKey, Seconds } from './parts.ts'

/** What invented machines do: crash with what they claim, be well with it, or fall silent with it. */
export const HOSTILE_ACTS = ['crash', 'well', 'silence'] as const

/** Machines that somebody made up with one enrolment token, in a fleet that has been there for days. */
export const HostileSpec = z.strictObject({
  at_s: Seconds.default(1),
  machines: z.int().min(1).max(100_000).describe('How many are made up.'),
  token: z
    .enum(['any-practice', 'one-practice'])
    .describe('Whether the token is for machines of any practice or of one.'),
  claim: ComponentKey.describe('What all of them say that they received.'),
  act: z.enum(HOSTILE_ACTS),
  driver: z.string().default('igdkmd.sys').describe('What their crashes blame.'),
  bugcheck: z.string().default('0x116'),
  spread_s: Seconds.default(60).describe('Over how long they say so.'),
})
export type HostileSpec = z.output<typeof HostileSpec>
