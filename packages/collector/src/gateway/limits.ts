import { MAX_FRAME_BYTES } from '@pumphandle/shared/wire'

/** Milliseconds from the upgrade to a valid hello. */
export const HELLO_WITHIN_MS = 15_000
/**
 * Sockets that are between their upgrade and their welcome at once. A TLS handshake takes about 1 ms of a core: so many
 * keep one core busy for a fifth of a second, and the rest is told when to come back instead of waiting in a queue that
 * outlasts their patience.
 */
export const MAX_PENDING = 250
/** Seconds over which machines that were turned away are spread, at least and at most. */
export const RETRY_SPREAD_SECONDS = { min: 5, max: 120 } as const
/** Wrong secrets of one address in a minute that are answered and logged one by one: a practice of 120 machines. */
export const MAX_UNAUTHORISED_PER_MINUTE = 120
/** Bytes that may wait to be written to one agent: acks are 30 bytes, so that one who reads nothing is soon known. */
export const MAX_BUFFERED_BYTES = 64 * 1024
/** What ws refuses by itself, with code 1009. */
export const MAX_PAYLOAD_BYTES = MAX_FRAME_BYTES
