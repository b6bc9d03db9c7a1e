import * as z from 'zod'
import { Seconds, Share, Shares } from './parts.ts'

const SiteSize = z.strictObject({
  median: z.number().min(1).default(27),
  sigma: z.number().min(0).max(3).default(0.5).describe('Spread: standard deviation of the logarithm.'),
  min: z.int().min(1).default(4),
  max: z.int().min(1).default(120),
})

const Hours = z.strictObject({
  open: z.number().min(0).max(24).default(8),
  close: z.number().min(0).max(24).default(18.5),
  jitter_h: z.number().min(0).max(12).default(1).describe('Machines start and stop up to this many hours off.'),
  weekday_prob: Share.default(0.92).describe('Chance that a machine is used on a weekday.'),
  weekend_prob: Share.default(0.05),
  holidays: z.array(z.iso.date()).max(1000).default([]).describe('Days on which machines are used as at weekends.'),
})

/** A security product, its sensor versions, its content and its kernel driver. */
const Stack = z.strictObject({
  product: z.string().min(1).describe('Family of its sensor and content, for example falconish.'),
  share: z.number().min(0),
  sensor: Shares.describe('Sensor versions and their shares.'),
  content: z.string().min(1).default('1').describe('Content version at the start.'),
  content_name: z.string().min(1).optional().describe('Name under which content is reported, if not the product.'),
  driver: z.string().min(1).optional().describe('Its kernel driver, blamed when it crashes.'),
})

/** Versions are written family-version; `none` is the absence of the component. */
const Attrs = z.strictObject({
  os: Shares.default({ '19045.4651': 0.55, '19045.4529': 0.1, '22631.3880': 0.33, 'srv.20348': 0.02 }).describe(
    'Windows builds; the family is windows.',
  ),
  hw: z
    .union([z.int().min(1).max(100), Shares])
    .default(20)
    .describe('How many hardware models, or their names and shares.'),
  gpu: Shares.default({ 'igfx-31': 0.5, 'igfx-30': 0.2, 'amdx-24': 0.2, 'nvx-55': 0.1 }),
  nic: Shares.default({ 'e1d-12': 0.6, 'rtl-10': 0.4 }),
  enc: Shares.default({ none: 0.8, 'encfs-3.2': 0.15, 'encfs-3.1': 0.05 }),
  app: Shares.default({ 'emisish-9.20': 0.55, 'tppish-11': 0.45 }),
  print: Shares.default({ 'pm-4': 0.7, 'pm-3': 0.3 }),
})

const DEFAULT_STACKS: z.input<typeof Stack>[] = [
  {
    product: 'defendish',
    share: 0.5,
    sensor: { '4.18.24060': 0.7, '4.18.24050': 0.3 },
    content: '1.415.100',
    driver: 'dfnd.sys',
  },
  {
    product: 'sophish',
    share: 0.25,
    sensor: { '2024.1': 0.8, '2023.2': 0.2 },
    content: 'ide-100',
    driver: 'sphmon.sys',
  },
  {
    product: 'falconish',
    share: 0.15,
    sensor: { '7.16': 0.5, '7.15': 0.3, '7.10': 0.2 },
    content: 'c291-0301',
    driver: 'fsagent.sys',
  },
  { product: 'trendish', share: 0.1, sensor: { '14.0': 1 }, content: 'opr-2593', driver: 'tmx.sys' },
]

export const FleetSpec = z.strictObject({
  machines: z.int().min(1).max(2_000_000),
  site_size: SiteSize.prefault({}).describe('Machines of a practice: log-normal around the median.'),
  regions: z.int().min(1).max(10_000).default(42),
  region_affinity: Share.default(0.85).describe('Share of practices that use their region’s main product.'),
  same_model: Share.default(0.6).describe('Share of a practice’s machines that were bought together: one model.'),
  always_on: Share.default(0.25).describe('Share of machines that are never switched off.'),
  hours: Hours.prefault({}),
  stacks: z.array(Stack).min(1).max(100).prefault(DEFAULT_STACKS),
  attrs: Attrs.prefault({}),
})
export type FleetSpec = z.output<typeof FleetSpec>

/** What happens anyway. Rates are per machine or practice and hold while machines are on. */
export const BackgroundSpec = z.strictObject({
  crash_per_device_week: z.number().min(0).default(0.005),
  flaky_share: Share.default(0.01).describe('Share of machines with a fault of their own.'),
  flaky_mult: z.number().min(0).default(50).describe('How many times more often those crash.'),
  post_boot_mult: z
    .number()
    .min(0)
    .default(5)
    .describe('How many times likelier a crash is in ten minutes after a boot.'),
  loss_per_hour: z.number().min(0).default(0.02).describe('Times an hour that a machine falls silent and is fine.'),
  unclean_per_hour: z.number().min(0).default(0.0005).describe('Forced power-offs and hangs.'),
  power_cut_site_year: z.number().min(0).default(0.5),
  wan_site_year: z.number().min(0).default(3).describe('Network failures of a practice and year.'),
  content_updates_per_day: z.number().min(0).max(500).default(3).describe('Good content updates of each product.'),
  content_mean_s: Seconds.min(1).default(1200).describe('How long until a machine fetches content, on average.'),
  bye_prob: Share.default(0.97).describe('Chance that a goodbye arrives.'),
  restart_slow: Share.default(0.03).describe('Share of restarts that take up to 40 minutes.'),
  restart_never: Share.default(0.01).describe('Share of restarts that need a person.'),
  blip_per_hour: z.number().min(0).default(0.04),
  day_sigma: z.number().min(0).max(3).default(0.3).describe('How much crash rates differ from day to day.'),
  site_crash_sigma: z.number().min(0).max(3).default(0).describe('How much crash rates differ between practices.'),
  program_crash_per_device_week: z
    .number()
    .min(0)
    .default(0)
    .describe('Crashes of the clinical program, while it runs.'),
  service_death_per_device_week: z.number().min(0).default(0).describe('Sensor services that die for no reason.'),
  site_loss_sigma: z
    .number()
    .min(0)
    .max(3)
    .default(0.7)
    .describe('How much network quality differs between practices.'),
  realistic_year: z
    .boolean()
    .default(false)
    .describe('Patch days, sensor releases, storms and maintenance by the calendar.'),
})
export type BackgroundSpec = z.output<typeof BackgroundSpec>
