import * as z from 'zod'
import { Seconds, Share, SlotName } from './parts.ts'

export const Arrival = z.strictObject({
  mean_s: Seconds.min(0.001).optional().describe('Average time to arrive; exponential.'),
  max_s: Seconds.optional().describe('Instead: evenly between now and this.'),
})
export type Arrival = z.output<typeof Arrival>

/** Which machines a roll-out is meant for; all conditions must hold. */
export const Scope = z.strictObject({
  slot: SlotName.optional(),
  is: z.string().min(1).optional().describe('family@version that the slot must hold.'),
  region: z.int().min(0).optional(),
  sites: z.int().min(1).optional().describe('Only the first so many practices.'),
  always_on: z.boolean().optional().describe('Only machines that are never switched off.'),
})
export type Scope = z.output<typeof Scope>

export const Stage = z.strictObject({ at_s: Seconds.describe('After the roll-out’s own start.'), share: Share })

/** A new version of one component, and how it reaches machines. */
export const RolloutSpec = z
  .strictObject({
    id: z.string().min(1).optional(),
    at_s: Seconds,
    product: z.string().min(1).optional().describe('For sensor and content: the product whose machines receive it.'),
    fam: z.string().min(1).optional().describe('For other slots: the family, for example windows or pm.'),
    slot: SlotName,
    version: z.string().min(1),
    arrival: Arrival.optional(),
    stages: z.array(Stage).min(1).max(100).optional(),
    scope: Scope.optional(),
    activate: z.enum(['arrival', 'restart']).optional().describe('restart: takes effect when the machine restarts.'),
    restart_window_s: Seconds.default(3600).describe('With restart: the machine restarts within this time.'),
    revert_at_s: Seconds.optional().describe('When it is withdrawn and revert_version is sent instead.'),
    revert_version: z.string().min(1).optional(),
  })
  .refine((r) => r.revert_at_s === undefined || r.revert_at_s >= r.at_s, {
    path: ['revert_at_s'],
    error: 'must not be before at_s',
  })
export type RolloutSpec = z.output<typeof RolloutSpec>
