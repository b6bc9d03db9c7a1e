import * as z from 'zod'
import { Seconds, SecondsRange, Share, SlotName } from './parts.ts'

const Versions = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])

const Delay = z
  .strictObject({
    min_s: Seconds.optional(),
    max_s: Seconds.optional(),
    mean_s: Seconds.optional().describe('Instead of max_s: exponential, after min_s.'),
  })
  .refine((d) => d.mean_s !== undefined || d.max_s === undefined || (d.min_s ?? 0) <= d.max_s, {
    path: ['max_s'],
    error: 'must not be below min_s',
  })

export const SYMPTOMS = [
  'crash',
  'hang',
  'forced_reboot',
  'noboot',
  'service_down',
  'netloss',
  'program_crash',
] as const

/** What machines that have certain versions do. */
export const DefectSpec = z.strictObject({
  id: z.string().min(1).optional(),
  when: z
    .partialRecord(SlotName, Versions)
    .describe('family@version (or one of several) by slot; all slots must hold. A family alone is a product.'),
  fraction: Share.optional().describe('Only this share of such machines.'),
  practice_correlation: Share.default(0).describe(
    'Chance that it is the practice, not the machine, which decides whether it is of that share.',
  ),
  machines_mod: z.int().min(1).optional().describe('Only every so-many-th machine.'),
  start_s: Seconds.optional().describe('Does nothing before.'),
  stop_s: Seconds.optional().describe('Does nothing after.'),
  trigger: z.enum(['arrival', 'boot']),
  delay: Delay.default({ min_s: 3, max_s: 45 }).describe('From arrival to the symptom.'),
  symptom: z.enum(SYMPTOMS),
  bugcheck: z.string().min(1).optional().describe('Stop code of a crash, for example 0x50.'),
  driver: z.string().min(1).optional().describe('Driver that a crash blames.'),
  repeat: z.enum(['never', 'every_boot']).optional(),
  boot_delay_s: SecondsRange.default([15, 60]).describe('From a boot to the symptom’s return.'),
  report_prob: Share.default(1).describe('Chance that a machine gets to report before the next crash.'),
  recover_prob_per_boot: Share.default(0.1).describe('Chance that a boot lasts long enough to fetch the next version.'),
  recover_mean_s: Seconds.optional().describe('For noboot and netloss: average time until mended.'),
  stuck_after: z.int().min(1).optional().describe('After this many boots in a loop a machine may stay down.'),
  stuck_prob: Share.default(0.5),
  persist_token: z.boolean().default(false).describe('The symptom comes even if the machine restarted meanwhile.'),
})
export type DefectSpec = z.output<typeof DefectSpec>
