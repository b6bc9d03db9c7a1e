import { WEEK } from '@pumphandle/shared/time'

/** Milliseconds that a frame may take on its way before its stamp says anything about the clock. */
const TOLERANCE_MS = 2_000
/**
 * Older events keep the agent's time: whether its clock was wrong then as it is now, nobody knows, and a log that reaches
 * back years is the usual case of an old event.
 */
const SAME_CLOCK_MS = WEEK
/** Before any Windows that an agent runs on: a clock that lost its battery. */
const EARLIEST = Date.UTC(2001, 0, 1)

/** How far the agent's clock runs ahead of ours, in milliseconds: 0 where the journey explains the difference. */
export function skewOf(sentAt: number, receivedAt: number): number {
  const skew = sentAt - receivedAt
  return Math.abs(skew) <= TOLERANCE_MS ? 0 : skew
}

/**
 * When an event happened by the collector's clock.
 * @param agentAt by the agent's clock
 * @param skew of the frame that brought it
 * @param receivedAt when that frame came: nothing happens later
 */
export function correct(agentAt: number, skew: number, receivedAt: number): number {
  const recent = agentAt - skew > receivedAt - SAME_CLOCK_MS
  const at = recent ? agentAt - skew : agentAt
  return at < EARLIEST ? receivedAt : Math.min(at, receivedAt)
}
