import * as z from 'zod'
import { Seconds, SecondsRange } from './parts.ts'

export const ClockSpec = z.strictObject({
  start: z.iso
    .datetime({ offset: true, error: 'write a UTC time like 2024-07-19T03:30:00Z' })
    .describe('When the scenario begins, UTC. Opening hours count in UTC.'),
  duration_s: Seconds.min(1).describe('How long it runs, simulated seconds.'),
})

/** How the agents and the collector's silence timeout behave. Defaults are the product's own. */
export const AgentSpec = z
  .strictObject({
    heartbeat_s: Seconds.min(1).default(15).describe('Seconds between heartbeats.'),
    lost_min_s: Seconds.default(25).describe('Soonest that silence is noticed.'),
    lost_max_s: Seconds.default(40).describe('Latest that silence is noticed.'),
    watch_s: SecondsRange.default([1, 3]).describe('How long until a new version is reported.'),
    boot_s: SecondsRange.default([60, 120]).describe('How long a restart takes after a crash.'),
    fast_s: Seconds.optional().describe(
      'Minutes after a change in which heartbeats come faster, so silence shows in 4 to 7 s.',
    ),
  })
  .refine((agent) => agent.lost_min_s <= agent.lost_max_s, {
    path: ['lost_min_s'],
    error: 'must not exceed lost_max_s',
  })
export type AgentSpec = z.output<typeof AgentSpec>
