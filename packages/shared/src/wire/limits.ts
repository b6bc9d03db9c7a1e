/** What one frame, event and connection may cost. Both ends hold to these; docs/protocol.md tells other implementers. */

/** Bytes of one frame as UTF-8. An inventory of 150 drivers takes about 20 kB; the rest is room for a full spool page. */
export const MAX_FRAME_BYTES = 256 * 1024
/** Events in one `events` frame: bounds the transaction that one agent can cause. */
export const MAX_EVENTS_PER_FRAME = 200
/** `events` frames that an agent may have sent without an ack; more are refused with `too-fast`. */
export const MAX_UNACKED_FRAMES = 4
/** Frames a minute that a collector accepts of one machine, on all its connections, after which it closes with `too-fast`. */
export const MAX_FRAMES_PER_MINUTE = 240
/** Components in one inventory: Windows machines in practices have 60 to 120 third-party drivers and programs of interest. */
export const MAX_COMPONENTS = 500
/** Characters of a name, version or code. */
export const MAX_NAME = 200
/** Characters of a sentence, such as a reason. */
export const MAX_TEXT = 1000
/** Tags that a machine says of itself; more than that, and longer ones, are a mistake of whoever installed it. */
export const MAX_SAID_TAGS = 8
/** Loaded third-party drivers named by one crash. */
export const MAX_CRASH_DRIVERS = 300
/** Sources that saw one crash: logs, reports and dumps, of which an agent has fewer. */
export const MAX_CRASH_SOURCES = 8
/** Probe targets that a welcome may name. */
export const MAX_PROBES = 10
/** Seconds between two probes of one target, at the least. */
export const MIN_PROBE_INTERVAL_SECONDS = 30

/** Seconds between heartbeats where welcome says nothing. */
export const DEFAULT_HEARTBEAT_SECONDS = 15
/** What an agent makes of welcome's heartbeat: never more often than 5 s, never rarer than 5 minutes. */
export const HEARTBEAT_SECONDS = { min: 5, max: 300 } as const
/**
 * Silence after which a machine that said no goodbye counts as dark, in heartbeats: 40 s at 15 s. A crash falls 0 to 15 s
 * after the last heartbeat, so it is noticed after 25 to 40 s.
 */
export const SILENCE_HEARTBEATS = 40 / 15
