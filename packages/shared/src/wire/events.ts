import * as z from 'zod/mini'
import { COMPONENT_KINDS } from '../words/component-kinds.ts'
import { MAX_COMPONENTS, MAX_CRASH_DRIVERS, MAX_CRASH_SOURCES, MAX_PROBES } from './limits.ts'
import {
  BootEnd,
  BootId,
  Component,
  ComponentKind,
  Count,
  EventId,
  Hex64,
  Millis,
  Name,
  Percent,
  Text,
} from './parts.ts'

/** Every event: what happened on a machine, when by its own clock. Sent until acknowledged, stored once. */
const base = { id: EventId, at: Millis }
const seconds = z.number().check(z.minimum(0), z.maximum(1e9))

/** Windows started. `at` is the start; `previous` says how the boot before ended. */
export const BootEvent = z.object({
  ...base,
  type: z.literal('boot'),
  bootId: BootId,
  /** `fast-startup` resumes the kernel from disk and is not a fresh start of every driver. */
  start: z.enum(['cold', 'fast-startup', 'unknown']),
  safeMode: z.optional(z.enum(['minimal', 'network'])),
  previous: z.object({ end: BootEnd, at: z.optional(Millis), reason: z.optional(Text) }),
})

/** Windows' own recovery or the agent saw the pattern of a boot loop: so many unclean boots since then. */
export const BootLoopEvent = z.object({ ...base, type: z.literal('boot-loop'), boots: Count, since: Millis })

/** The driver held to be at fault in a bugcheck, and why. */
export const Culprit = z.object({
  driver: Name,
  version: z.optional(Name),
  /** Link date of the module, from the dump. */
  builtAt: z.optional(Millis),
  reason: Text,
  confidence: z.enum(['high', 'medium', 'low']),
})
export type Culprit = z.infer<typeof Culprit>

export const CrashEvent = z.object({
  ...base,
  type: z.literal('crash'),
  kind: z.enum(['bugcheck', 'app', 'hang', 'service']),
  /** bugcheck: the stop code and its four parameters, e.g. 0x50. */
  stopCode: z.optional(Hex64),
  stopName: z.optional(Name),
  parameters: z.optional(z.array(Hex64).check(z.maxLength(4))),
  culprit: z.optional(Culprit),
  uptimeSeconds: z.optional(seconds),
  bootId: z.optional(BootId),
  /** File name of the dump, never its path. */
  dump: z.optional(Name),
  drivers: z.optional(
    z.array(z.object({ name: Name, version: z.optional(Name) })).check(z.maxLength(MAX_CRASH_DRIVERS)),
  ),
  /** app, hang, service. */
  process: z.optional(Name),
  processVersion: z.optional(Name),
  module: z.optional(Name),
  moduleVersion: z.optional(Name),
  exceptionCode: z.optional(Hex64),
  /** How many of the same signature this event stands for: repeats are counted, not sent. */
  count: z.optional(z.int().check(z.positive())),
  /** Which sources saw it: `log-1001`, `log-41`, `log-wer`, `minidump`, `memory-dump`. The same crash keeps its id when more arrive. */
  sources: z.optional(z.array(Name).check(z.maxLength(MAX_CRASH_SOURCES))),
})
export type CrashEvent = z.infer<typeof CrashEvent>

/** A component came, changed or went (`version` absent). Sent the moment the change is seen. */
export const ComponentChangedEvent = z.object({
  ...base,
  type: z.literal('component-changed'),
  kind: ComponentKind,
  name: Name,
  version: z.optional(Name),
  previousVersion: z.optional(Name),
  detail: z.optional(z.record(Name, Text)),
})

/** Everything versioned on the machine, as it is now; replaces what the collector knew. */
export const InventoryEvent = z.object({
  ...base,
  type: z.literal('inventory'),
  components: z.array(Component).check(z.maxLength(MAX_COMPONENTS)),
  /** Kinds that were read in full: a component of such a kind that is not listed is gone. */
  complete: z.array(ComponentKind).check(z.maxLength(COMPONENT_KINDS.length)),
  osName: z.optional(Name),
  maker: z.optional(Name),
  model: z.optional(Name),
  serialNumber: z.optional(Name),
  readiness: z.optional(
    z.object({
      recoveryEnvironment: z.optional(z.boolean()),
      bitlocker: z.optional(z.boolean()),
      /** That the recovery key is escrowed; never the key. */
      bitlockerKeyEscrowed: z.optional(z.boolean()),
      crashDumps: z.optional(z.boolean()),
      safeModeAgent: z.optional(z.boolean()),
    }),
  ),
  hardware: z.optional(z.record(Name, z.union([Text, z.number(), z.boolean()]))),
  problems: z.optional(z.array(z.object({ source: Name, code: Name, message: Text })).check(z.maxLength(50))),
})

/** A security sensor's or other watched service changed state, or was found in this state at start. */
export const ServiceStateEvent = z.object({
  ...base,
  type: z.literal('service-state'),
  service: Name,
  /** Component name of the product it belongs to, e.g. `falcon`. */
  product: z.optional(Name),
  state: z.enum(['running', 'stopped', 'starting', 'stopping', 'paused', 'missing']),
  previousState: z.optional(z.enum(['running', 'stopped', 'starting', 'stopping', 'paused', 'missing'])),
  /** Stopped by itself, not by the service manager on request. */
  unexpected: z.optional(z.boolean()),
})

const vitals = {
  uptimeSeconds: seconds,
  cpuPercent: z.optional(Percent),
  memoryUsedPercent: z.optional(Percent),
  memoryBytes: z.optional(Count),
  /** Of the system drive. */
  diskFreeBytes: z.optional(Count),
  diskBytes: z.optional(Count),
}
/** How the machine does. Rides on heartbeats; an event only when it must survive an outage. */
export const Vitals = z.object(vitals)
export type Vitals = z.infer<typeof Vitals>
export const VitalsEvent = z.object({ ...base, type: z.literal('vitals'), ...vitals })

/** What the spool had to let go for want of room. Never boots or crashes. */
export const SpoolDroppedEvent = z.object({
  ...base,
  type: z.literal('spool-dropped'),
  since: Millis,
  dropped: z.record(Name, Count),
})

/** One probe of a named service: which step failed, or how long each took, in milliseconds. */
export const ProbeResult = z.object({
  name: Name,
  ok: z.boolean(),
  failedAt: z.optional(z.enum(['dns', 'tcp', 'tls', 'http'])),
  error: z.optional(Text),
  dnsMs: z.optional(z.number()),
  tcpMs: z.optional(z.number()),
  tlsMs: z.optional(z.number()),
  httpMs: z.optional(z.number()),
  httpStatus: z.optional(z.int()),
})
export type ProbeResult = z.infer<typeof ProbeResult>

/** What a machine last measured of one service, and when. */
export const MeasuredProbe = z.extend(ProbeResult, { at: Millis })
export type MeasuredProbe = z.infer<typeof MeasuredProbe>

/** Reachability of the clinical system and others: sent when an outcome changes, and every few hours. */
export const ReachabilityEvent = z.object({
  ...base,
  type: z.literal('reachability'),
  results: z.array(ProbeResult).check(z.maxLength(MAX_PROBES)),
})

/** The machine was up but could reach nobody, from `at` to `until`: told afterwards. */
export const NetworkLossEvent = z.object({ ...base, type: z.literal('network-loss'), until: Millis })

/** A Windows update was installed or failed: a failed one is a fact too. */
export const UpdateEvent = z.object({
  ...base,
  type: z.literal('update'),
  title: Text,
  kb: z.optional(Name),
  outcome: z.enum(['installed', 'failed']),
  errorCode: z.optional(Hex64),
})

/** Free space on the system drive falls so fast that it ends soon. */
export const DiskFallingEvent = z.object({
  ...base,
  type: z.literal('disk-falling'),
  freeBytes: Count,
  bytesPerHour: Count,
})

export const AgentEvent = z.discriminatedUnion('type', [
  BootEvent,
  BootLoopEvent,
  CrashEvent,
  ComponentChangedEvent,
  InventoryEvent,
  ServiceStateEvent,
  VitalsEvent,
  SpoolDroppedEvent,
  ReachabilityEvent,
  NetworkLossEvent,
  UpdateEvent,
  DiskFallingEvent,
])
export type AgentEvent = z.infer<typeof AgentEvent>
export type AgentEventType = AgentEvent['type']
export type EventOf<T extends AgentEventType> = Extract<AgentEvent, { type: T }>
