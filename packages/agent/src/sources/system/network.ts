import { timeOf } from '../../formats/evtx/event-fields.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Reading, Since, Source } from '../source.ts'

/** The machine was up and without a network. */
export interface NetworkLossFact {
  id: string
  at: string
  until: string
}

/** Cables are replugged and radios roam; shorter losses than this tell nothing of a line. */
const MIN_LOSS_MS = 30_000
/** A gap that long is a machine that was off: the log does not say when it lost the network by going to sleep. */
const MAX_LOSS_MS = 24 * 3_600_000
const CONNECTED = 10_000
const DISCONNECTED = 10_001

/** NetworkProfile 10000 (connected) and 10001 (disconnected): when the last network went and the first came back. */
export const networkSource: Source<NetworkLossFact[]> = {
  name: 'network',
  read: async (volume, since) => readNetworkLosses(volume, since),
}

function readNetworkLosses(volume: Volume, since: Since): Reading<NetworkLossFact[]> {
  const losses: NetworkLossFact[] = []
  const starts = volume
    .history()
    .system()
    .events.filter(({ eventId }) => eventId === 12)
    .map(timeOf)
  let lostAt: number | undefined
  for (const event of volume.history().network().events) {
    const at = timeOf(event)
    if (event.eventId === DISCONNECTED) lostAt ??= at
    else if (event.eventId === CONNECTED && lostAt !== undefined) {
      const from = lostAt
      lostAt = undefined
      const wentDown = starts.some((start) => start > from && start <= at)
      const isLoss = !wentDown && at - from >= MIN_LOSS_MS && at - from <= MAX_LOSS_MS
      if (isLoss && at >= (since.at ?? 0)) {
        const begin = new Date(from).toISOString()
        losses.push({ id: `network-loss:${begin}`, at: begin, until: new Date(at).toISOString() })
      }
    }
  }
  return { facts: losses, problems: [] }
}
