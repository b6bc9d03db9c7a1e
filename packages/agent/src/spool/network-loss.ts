import type { Clock } from '@pumphandle/shared/clock'
import type { EventOf } from '@pumphandle/shared/wire'

/** Shorter gaps are a collector's restart or a cable pulled and put back: the connection itself tells of those. */
const MIN_LOSS_MS = 60_000
/** Where the spool remembers since when nobody was reached. */
export const OFFLINE_SINCE = 'offline-since'

/** What is remembered of a loss: across a restart of the agent, but not of Windows. */
export interface Offline {
  since: number
  bootId: string
}

/**
 * The loss of the network that ended now, or undefined where there was none worth telling: the machine must have been up
 * the whole time, and the network at fault, not the collector.
 */
export function endedLoss(
  offline: unknown,
  bootId: string,
  clock: Pick<Clock, 'now'>,
): EventOf<'network-loss'> | undefined {
  if (!isOffline(offline) || offline.bootId !== bootId) return undefined
  const until = clock.now()
  if (until - offline.since < MIN_LOSS_MS) return undefined
  return { id: `network-loss:${offline.since}`, at: offline.since, type: 'network-loss', until }
}

function isOffline(value: unknown): value is Offline {
  return typeof value === 'object' && value !== null && 'since' in value && 'bootId' in value
}
