import * as z from 'zod'
import { Seconds, Share, SlotName } from './parts.ts'
import { Arrival, Scope, Stage } from './rollout.ts'

const at_s = Seconds.default(1)
const region = z.int().min(0).optional()
const duration_s = Seconds.default(1800)

/** What looks like trouble and is not a bad version. */
export const ConfounderSpec = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('power_cut'),
    at_s,
    site: z.int().min(0).optional(),
    sites: z.int().min(1).default(1),
    region,
    spread_s: Seconds.default(1),
    duration_s,
  }),
  z.strictObject({
    type: z.literal('wan_outage'),
    at_s,
    site: z.int().min(0).optional(),
    sites: z.int().min(1).default(1),
    region: z.union([z.int().min(0), z.array(z.int().min(0)).min(1)]).optional(),
    share: Share.default(1),
    spread_s: Seconds.default(0),
    duration_s,
  }),
  z.strictObject({
    type: z.literal('vendor_wan'),
    at_s,
    product: z.string().min(1),
    sites: z.int().min(1).default(100),
    region,
    duration_s,
  }),
  z.strictObject({
    type: z.literal('storm'),
    at_s,
    region: z.union([z.int().min(0), z.array(z.int().min(0)).min(1)]).optional(),
    share: Share.default(0.2),
    spread_s: Seconds.default(7200),
    duration_s: Seconds.default(7200),
  }),
  z.strictObject({ type: z.literal('collector_restart'), at_s }),
  z.strictObject({
    type: z.literal('flaky_machine'),
    at_s,
    machine: z.int().min(0).optional(),
    crashes: z.int().min(1).max(100_000).default(50),
    over_s: Seconds.default(3600),
    driver: z.string().min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('patch_reboot'),
    at_s,
    version: z.string().min(1).default('19045.4780'),
    window_s: Seconds.default(3600),
    mean_s: Seconds.min(0.001).default(1800),
    share: Share.default(1),
    scope: Scope.optional(),
  }),
  z.strictObject({
    type: z.literal('benign_rollout'),
    at_s,
    slot: SlotName.default('sensor'),
    product: z.string().min(1).optional(),
    fam: z.string().min(1).optional(),
    version: z.string().min(1),
    arrival: Arrival.optional(),
    scope: Scope.optional(),
    stages: z
      .array(Stage)
      .min(1)
      .max(100)
      .default([{ at_s: 0, share: 1 }]),
  }),
  z.strictObject({ type: z.literal('duplicates'), at_s, copies: z.int().min(1).max(100).default(5) }),
  z.strictObject({
    type: z.literal('clock_skew'),
    at_s,
    share: Share.default(0.05),
    offset_s: z.number().min(-1e9).max(1e9).default(172_800),
  }),
  z.strictObject({ type: z.literal('crash_multiplier'), at_s, factor: z.number().min(0).max(1000) }),
  z.strictObject({
    type: z.literal('heat'),
    at_s,
    days: z.int().min(1).max(60).default(3),
    from_h: z.number().min(0).max(24).default(11),
    to_h: z.number().min(0).max(24).default(18),
    factor: z.number().min(0.01).max(1000).default(6).describe('Everybody crashes so many times as often meanwhile.'),
  }),
  z.strictObject({
    type: z.literal('program_wave'),
    at_s,
    is: z.string().min(1).optional().describe('family@version of the program; all programs where it is left out.'),
    share: Share.default(0.3).describe('Share of the machines whose program crashes.'),
    spread_s: Seconds.default(1800),
  }),
  z.strictObject({
    type: z.literal('remedy'),
    at_s,
    slot: SlotName.default('sensor'),
    product: z.string().min(1).optional(),
    fam: z.string().min(1).optional(),
    version: z.string().min(1).describe('What a technician installs on machines that have crashed.'),
    share: Share.default(0.8).describe('Share of the machines that crash.'),
    mean_s: Seconds.min(1).default(1200).describe('Average time from the crash to it.'),
    duration_s: Seconds.default(86_400).describe('For so long machines that crash are treated so.'),
  }),
  z.strictObject({
    type: z.literal('clone'),
    at_s,
    machines: z.int().min(1).max(1000).default(1).describe('Machines whose identity another has as well.'),
    every_s: Seconds.min(1).default(300).describe('The other speaks in turn with them, and has its own versions.'),
    duration_s: Seconds.default(86_400),
  }),
  z.strictObject({ type: z.literal('mass_logoff'), at_s, share: Share.default(0.5), spread_s: Seconds.default(300) }),
  z.strictObject({
    type: z.literal('silent_sleep'),
    at_s,
    region,
    product: z.string().min(1).optional(),
    share: Share.default(0.5),
    spread_s: Seconds.default(300),
    duration_s: Seconds.default(3600),
  }),
  z.strictObject({
    type: z.literal('bad_hw_driver'),
    at_s,
    slot: SlotName,
    is: z.string().min(1).describe('family@version that such machines hold.'),
    driver: z.string().min(1),
    per_device_hour: z.number().min(0).max(1000),
  }),
])
export type ConfounderSpec = z.output<typeof ConfounderSpec>
type ConfounderType = ConfounderSpec['type']
export type ConfounderOf<T extends ConfounderType> = Extract<ConfounderSpec, { type: T }>

export const CONFOUNDER_TYPES: readonly string[] = ConfounderSpec.options.map((option) => option.shape.type.value)
