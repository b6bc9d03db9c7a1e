import * as z from 'zod'
import { AgentSpec, ClockSpec } from './clock-and-agent.ts'
import { ConfounderSpec } from './confounder.ts'
import { DefectSpec } from './defect.ts'
import { BackgroundSpec, FleetSpec } from './fleet.ts'
import { HostileSpec } from './hostile.ts'
import { ComponentKey, Seconds } from './parts.ts'
import { RolloutSpec } from './rollout.ts'

const TrueIncident = z.strictObject({
  cause: ComponentKey,
  also_ok: z.array(ComponentKey).default([]).describe('Accepted as the cause, too.'),
  pair: z.array(ComponentKey).default([]).describe('May be named as its partner.'),
  detect_within_s: Seconds.describe('After the first failure.'),
})
export type TrueIncident = z.output<typeof TrueIncident>

const FORMAT = 'fhm-scenario/1'

/** A fleet, what happens to it, and what a detector should say about it. */
export const Scenario = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(FORMAT, { error: `must be "${FORMAT}"` }),
  id: z.string().min(1),
  title: z.string().default(''),
  inspired_by: z.string().default(''),
  seed: z.int().default(1),
  clock: ClockSpec,
  agent: AgentSpec.prefault({}),
  fleet: FleetSpec,
  background: BackgroundSpec.prefault({}),
  rollouts: z.array(RolloutSpec).max(10_000).default([]),
  defects: z.array(DefectSpec).max(1000).default([]),
  confounders: z.array(ConfounderSpec).max(10_000).default([]),
  hostile: z.array(HostileSpec).max(10).default([]),
  truth: z
    .strictObject({ incidents: z.array(TrueIncident).default([]), max_false: z.int().min(0).default(0) })
    .prefault({}),
})
export type Scenario = z.output<typeof Scenario>
