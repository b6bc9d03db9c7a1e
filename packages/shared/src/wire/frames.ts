import * as z from 'zod/mini'
import { AgentEvent, Vitals } from './events.ts'
import { MAX_EVENTS_PER_FRAME, MAX_PROBES } from './limits.ts'
import { BootEnd, BootId, Count, MachineId, Millis, Name, SiteCode, Text } from './parts.ts'
import { REFUSALS } from './protocol.ts'

/**
 * First frame of a connection, from the agent: who it is and how the boot before this one ended, so that a crash is known
 * before anything else is read.
 */
export const Hello = z.object({
  type: z.literal('hello'),
  protocol: z.int().check(z.positive()),
  machine: MachineId,
  /** The agent's clock when it sent this. With the arrival it gives the clock's skew. */
  sentAt: Millis,
  agent: z.object({ version: Name, platform: Name }),
  computerName: Name,
  site: z.optional(SiteCode),
  boot: z.object({
    bootId: BootId,
    startedAt: Millis,
    previousEnd: BootEnd,
    safeMode: z.optional(z.enum(['minimal', 'network'])),
  }),
  /** Events waiting in the spool: a large number tells of a long absence. */
  spooled: Count,
})
export type Hello = z.infer<typeof Hello>

/** What happened, oldest first unless urgent. `batch` is this connection's own counter, from 1. */
export const Events = z.object({
  type: z.literal('events'),
  batch: z.int().check(z.positive()),
  sentAt: Millis,
  events: z.array(AgentEvent).check(z.minLength(1), z.maxLength(MAX_EVENTS_PER_FRAME)),
})
export type Events = z.infer<typeof Events>

export const Heartbeat = z.object({ type: z.literal('heartbeat'), sentAt: Millis, vitals: z.optional(Vitals) })
export type Heartbeat = z.infer<typeof Heartbeat>

export const GoodbyeReason = z.enum(['shutdown', 'restart', 'sleep', 'service-stop', 'upgrade'])
export type GoodbyeReason = z.infer<typeof GoodbyeReason>
/** Last frame of a connection: silence that follows is no sign of trouble. */
export const Goodbye = z.object({ type: z.literal('goodbye'), sentAt: Millis, reason: GoodbyeReason })

export const AgentFrame = z.discriminatedUnion('type', [Hello, Events, Heartbeat, Goodbye])
export type AgentFrame = z.infer<typeof AgentFrame>

/** A service whose reachability agents measure. */
export const ProbeTarget = z.object({
  name: Name,
  kind: z.enum(['tcp', 'tls', 'https']),
  host: Name,
  port: z.int().check(z.minimum(1), z.maximum(65535)),
  path: z.optional(Name),
  intervalSeconds: z.int().check(z.positive()),
})
export type ProbeTarget = z.infer<typeof ProbeTarget>

/** The collector's answer to hello. It carries intervals and probe targets and nothing that could be run. */
export const Welcome = z.object({
  type: z.literal('welcome'),
  protocol: z.int(),
  serverTime: Millis,
  heartbeatSeconds: z.int().check(z.positive()),
  probes: z.array(ProbeTarget).check(z.maxLength(MAX_PROBES)),
})
export type Welcome = z.infer<typeof Welcome>

/** Every event of this batch is committed and flushed to the collector's disk; the agent may forget them. */
export const Ack = z.object({
  type: z.literal('ack'),
  batch: z.int().check(z.positive()),
  /** Events of it that were left out, since the machine has had stored what one may in a day. Never boots or blue screens. */
  overBudget: z.optional(Count),
})

/** The collector will close: why, what to do, and when to come back. */
export const Refuse = z.object({
  type: z.literal('refuse'),
  code: z.enum(REFUSALS),
  message: Text,
  retryAfterSeconds: z.optional(z.number().check(z.minimum(0), z.maximum(86_400))),
})
export type Refuse = z.infer<typeof Refuse>

export const CollectorFrame = z.discriminatedUnion('type', [Welcome, Ack, Refuse])
export type CollectorFrame = z.infer<typeof CollectorFrame>

/** POST ENROL_PATH: an enrolment token becomes a machine's id and secret. The token goes in the Authorization header. */
export const EnrolRequest = z.object({
  computerName: Name,
  site: z.optional(SiteCode),
  /** Same machine, enrolled before (after a reinstall): a hash of the Windows machine GUID, so that it keeps its id. */
  fingerprint: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  /** A hash of the board's UUID: computers of one image have the same fingerprint, and are told apart by it. */
  hardware: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  agentVersion: Name,
  /** Reported for a machine that has no agent, by a technician's scan of its disk. */
  unmanaged: z.optional(z.boolean()),
  /** Another computer reports the machine's disk as the machine itself, whose own secret stays as it is. */
  onBehalf: z.optional(z.boolean()),
})
export type EnrolRequest = z.infer<typeof EnrolRequest>
export const EnrolResponse = z.object({
  machine: MachineId,
  secret: z.string().check(z.minLength(32), z.maxLength(128)),
})
export type EnrolResponse = z.infer<typeof EnrolResponse>
