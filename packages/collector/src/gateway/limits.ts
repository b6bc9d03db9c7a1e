import { MAX_FRAME_BYTES } from '@pumphandle/shared/wire'

/** Milliseconds from the upgrade to a valid hello. */
export const HELLO_WITHIN_MS = 15_000
/**
 * Machines that are between their upgrade and their welcome at once. A TLS handshake takes about 1 ms of a core: so many
 * keep one core busy for a fifth of a second, and the rest is told when to come back instead of waiting in a queue that
 * outlasts their patience.
 */
export const MAX_PENDING = 250
/**
 * Places that only machines with a crash to tell may take, beside those: what a detector needs first comes first, and whoever
 * says so without having one gains some seconds.
 */
export const PLACES_FOR_CRASHES = 50
/** Of these, machines on probation: the other places are kept for those that are known. */
export const MAX_PENDING_NEW = 200
/** New machines of one address that wait at once: a roll-out behind a practice's line, and half of all new ones. */
export const MAX_PENDING_NEW_OF_ADDRESS = 100
/** An agent sends its hello with its upgrade's answer: one that waits so long gives its place to others when all are taken. */
export const HELLO_EXPECTED_MS = 3_000
/** Upgrades whose proof is being looked up at once; a look-up takes a millisecond. */
export const MAX_ASKING = 500
/** Connections a minute of one machine: the backoff makes an agent come ten times in its first minute of failures at most. */
export const MAX_CONNECTS_PER_MINUTE = 30
/** Seconds after which a machine that was turned away is told to come back, at least and at most. */
export const RETRY_SECONDS = { min: 5, max: 120 } as const
/** Machines a second that are expected to get in, until it is known how many do, and at the least. */
export const EXPECTED_PER_SECOND = { first: 200, least: 20 } as const
/** Wrong secrets of one address in a minute that are answered and logged one by one: a practice of 120 machines. */
export const MAX_UNAUTHORISED_PER_MINUTE = 120
/** Bytes that may wait to be written to one agent: acks are 30 bytes, so that one who reads nothing is soon known. */
export const MAX_BUFFERED_BYTES = 64 * 1024
/** Bytes a minute of one machine over all its connections: as many as are stored of it in a day, and 240 heartbeats. */
export const MAX_BYTES_PER_MINUTE = 4 * 1024 * 1024
/** What a ping counts for, in bytes: answering one costs as much as reading a frame of that size. */
export const PING_COUNTS = 1024
/** Bytes of a connection that are counted together: most send less in a day, and cost no memory for it. */
export const COUNTED_FROM_BYTES = 64 * 1024
/** Parts of one message: agents send one, and a proxy that cuts at 4 kB makes 64. What ws refuses by itself, with code 1008. */
export const MAX_FRAGMENTS = 256
/** Pieces in which one frame may come: the largest takes 490 of the smallest packets that there are. */
export const MAX_CHUNKS = 1_024
/** What ws refuses by itself, with code 1009. */
export const MAX_PAYLOAD_BYTES = MAX_FRAME_BYTES
/**
 * Sockets that have proved nothing and are sent nothing at once, each up to 52 kB over TLS. An agent is one for the tenth of
 * a second that its handshake takes: a fleet's return at 880 handshakes a second has 100.
 */
export const MAX_STRANGERS = 1_000
/** The share of the files that this process may open that strangers may have, where that is less. */
export const STRANGERS_SHARE = 1 / 4
/** Files that are neither agents nor strangers: the database, logs, pipes, and pages that follow the fleet live. */
export const RESERVED_FILES = 300
/** Milliseconds after which one that has not said the next word is late: over the slowest line it takes two round trips. */
export const PROMPT_MS = 1_000
/** Milliseconds in which a request is sent whole, and a page or a file read, so that whoever takes longer goes first where there are too many. */
export const READS_WITHIN_MS = 5_000
/** Milliseconds for a TLS handshake; one over the slowest line takes three round trips of half a second. */
export const HANDSHAKE_WITHIN_MS = 5_000
/** Milliseconds without a byte in either direction after which a page's connection ends; live streams say something every 15 s. */
export const SILENT_WITHIN_MS = 120_000
