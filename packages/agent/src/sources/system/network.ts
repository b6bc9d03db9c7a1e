import { timeOf } from '../../formats/evtx/event-fields.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Reading, Since, Source } from '../source.ts'
import { awakeStretches, awakeWithin, type Stretch } from './awake.ts'

/** The machine was up and without a network. */
export interface NetworkLossFact {
  id: string
  at: string
  until: string
}

/** Cables are replugged and radios roam; shorter losses than this tell nothing of a line. */
const MIN_LOSS_MS = 30_000
/** After a start or a wake, a network takes this long to come: radios, VPN, the domain. */
const COMING_UP_MS = 3 * 60_000
/** Where no log tells of sleep, a gap that long is a machine that was off. */
const MAX_LOSS_MS = 24 * 3_600_000
const CONNECTED = 10_000
const DISCONNECTED = 10_001

/**
 * NetworkProfile 10000 (connected) and 10001 (disconnected): when the last network went and the first came back. Only the
 * time that the machine was awake counts: it loses its network by going to sleep.
 */
export const networkSource: Source<NetworkLossFact[]> = {
  name: 'network',
  read: async (volume, since) => readNetworkLosses(volume, since),
}

function readNetworkLosses(volume: Volume, since: Since): Reading<NetworkLossFact[]> {
  const losses: NetworkLossFact[] = []
  const { events } = volume.history().network()
  const awake = events.length === 0 ? [] : awakeStretches(volume.history().system(), events.map(timeOf))
  let lostAt: number | undefined
  for (const event of events) {
    const at = timeOf(event)
    if (event.eventId === DISCONNECTED) lostAt ??= at
    else if (event.eventId === CONNECTED && lostAt !== undefined) {
      const parts = at >= (since.at ?? 0) ? awakeWithin(awake, lostAt, at).filter(isLoss) : []
      losses.push(...parts.map(toFact))
      lostAt = undefined
    }
  }
  return { facts: losses, problems: [] }
}

function isLoss({ from, until, isFresh }: Stretch): boolean {
  return until - from >= (isFresh ? COMING_UP_MS : MIN_LOSS_MS) && until - from <= MAX_LOSS_MS
}

function toFact({ from, until }: Stretch): NetworkLossFact {
  const at = new Date(from).toISOString()
  return { id: `network-loss:${at}`, at, until: new Date(until).toISOString() }
}
