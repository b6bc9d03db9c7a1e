/**
 * The protocol number rises by one with each change that an older peer would misread. A collector speaks the last two.
 *
 * - 2, 2026-11-29: `tags` in hello, which nobody has to send or read.
 * - 2, 2026-11-29: a machine is a key pair (./proof.ts) in place of a secret; `key`, `marks` and `run` in hello, the frame
 *   `key-taken`, the refusal `copied`.
 * - 1, 2026-11-29: the header Pumphandle-Tells, which nobody has to send or read.
 * - 1, 2026-11-28: `hardware` in enrolment, which nobody has to send or read.
 * - 1, 2026-11-22: first. hello, welcome, events, ack, heartbeat, goodbye, refuse. A machine is a secret.
 */
export const PROTOCOL = 2

/** Protocol numbers that this collector accepts in hello. */
export const SUPPORTED_PROTOCOLS: readonly number[] = [1, 2]

/** WebSocket path of the agents' socket, and HTTP path where an enrolment token becomes a machine's id. */
export const AGENT_SOCKET_PATH = '/agent/v1/socket'
export const ENROL_PATH = '/agent/v1/enrol'
/** HTTP path that answers with a nonce in {@link NONCE_HEADER}, for machines whose TLS does not end at the collector. */
export const NONCE_PATH = '/agent/v1/nonce'
export const NONCE_HEADER = 'Pumphandle-Nonce'

/** WebSocket sub-protocol: an upgrade without it is not an agent's. */
export const SUBPROTOCOL = 'pumphandle.v1'

/**
 * Header of the upgrade by which a machine says that it has a crash to tell. Where many come back at once, those are let in
 * first; see the page of the protocol.
 */
export const TELLS_HEADER = 'Pumphandle-Tells'
export const TELLS_CRASH = 'crash'

/**
 * Close codes (RFC 6455 section 7.4.2: 4000 to 4999 are the application's). `retry` says whether the agent comes back by
 * itself; the others wait for a person, and the agent tries once an hour.
 */
export const CLOSE = {
  goodbye: { code: 1000, retry: true, means: 'the agent said goodbye, or closes to reconnect' },
  restarting: { code: 1012, retry: true, means: 'the collector restarts; come back after retryAfterSeconds' },
  badFrame: { code: 4400, retry: true, means: 'a frame failed its schema or came out of order' },
  unauthorised: { code: 4401, retry: false, means: 'the proof ended or the machine was revoked; it must enrol again' },
  replaced: { code: 4409, retry: true, means: 'the same machine opened a newer connection' },
  copied: {
    code: 4410,
    retry: true,
    means: 'two computers have this key, and this one is the copy; enrol anew with a new key',
  },
  protocol: { code: 4426, retry: false, means: 'this protocol number is not spoken here; update the agent' },
  tooFast: { code: 4429, retry: true, means: 'more frames than MAX_FRAMES_PER_MINUTE or MAX_UNACKED_FRAMES' },
  overloaded: { code: 4503, retry: true, means: 'no room now; come back after retryAfterSeconds' },
} as const

/** Error codes of a `refuse` frame, which comes before the close. */
export const REFUSALS = [
  'bad-frame',
  'unauthorised',
  'replaced',
  'copied',
  'protocol',
  'too-fast',
  'overloaded',
  'restarting',
] as const
