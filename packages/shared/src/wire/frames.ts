import * as z from 'zod/mini'
import { AgentEvent, Vitals } from './events.ts'
import { MAX_EVENTS_PER_FRAME, MAX_PROBES, MAX_SAID_TAGS } from './limits.ts'
import {
  BootEnd,
  BootId,
  Count,
  EventId,
  KeyClaim,
  MachineId,
  Marks,
  Millis,
  Name,
  PublicKey,
  SiteCode,
  Text,
} from './parts.ts'
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
  /** What the agent was installed with: `ring:pilot`. The collector leaves out what is no tag. */
  tags: z.optional(z.array(Name).check(z.maxLength(MAX_SAID_TAGS))),
  boot: z.object({
    bootId: BootId,
    startedAt: Millis,
    previousEnd: BootEnd,
    safeMode: z.optional(z.enum(['minimal', 'network'])),
  }),
  /** Events waiting in the spool: a large number tells of a long absence. */
  spooled: Count,
  /** A machine that proved itself by a secret tells the key that it has now: from `key-taken` on that is its proof. */
  key: z.optional(KeyClaim),
  marks: z.optional(Marks),
  /**
   * This run of the agent: `id` is made at its start and kept in memory alone, so that an id that comes back after another
   * one is a second agent with the same key; `number` counts the starts on the machine's disk, and goes back with the disk.
   */
  run: z.optional(z.object({ id: EventId, number: z.optional(Count) })),
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
  /** With `copied`: an enrolment token for this one computer; without it, a person has to give one. */
  token: z.optional(z.string().check(z.minLength(20), z.maxLength(200))),
})
export type Refuse = z.infer<typeof Refuse>

/** The key of hello is stored: it is the machine's proof from now on, and its secret is worth nothing any more. */
export const KeyTaken = z.object({ type: z.literal('key-taken'), key: PublicKey })

export const CollectorFrame = z.discriminatedUnion('type', [Welcome, Ack, Refuse, KeyTaken])
export type CollectorFrame = z.infer<typeof CollectorFrame>

/** POST ENROL_PATH: an enrolment token becomes a machine's id. The token goes in the Authorization header. */
export const EnrolRequest = z.object({
  computerName: Name,
  site: z.optional(SiteCode),
  /** The key that the machine will prove itself by, signed for this token. Without it the answer has a secret (protocol 1). */
  key: z.optional(KeyClaim),
  /** As {@link Marks}: says which machine this was before; it is never made that one by it. */
  fingerprint: Marks.shape.fingerprint,
  hardware: Marks.shape.hardware,
  agentVersion: Name,
  /** Reported for a machine that has no agent, by a technician's scan of its disk. */
  unmanaged: z.optional(z.boolean()),
  /** Another computer reports the machine's disk as the machine itself, whose own proof stays as it is. */
  onBehalf: z.optional(z.boolean()),
})
export type EnrolRequest = z.infer<typeof EnrolRequest>
export const EnrolResponse = z.object({
  machine: MachineId,
  /** Absent where the request told a key. */
  secret: z.optional(z.string().check(z.minLength(32), z.maxLength(128))),
})
export type EnrolResponse = z.infer<typeof EnrolResponse>
