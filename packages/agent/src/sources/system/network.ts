import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf, timeOf } from '../../formats/evtx/event-fields.ts'
import type { Volume } from '../../volume/volume.ts'
import { readTrails, type Trail } from '../boots/trail.ts'
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

/** What Windows calls a network while it looks which one it is stands for seconds; a name that ever lasted longer is one. */
const IDENTIFYING_MS = 60_000

/**
 * NetworkProfile 10000 (connected) and 10001 (disconnected): when the last network went and the first came back; a tunnel
 * that ends while the line stays is no loss. Only the time that the machine was awake counts: it loses its network by going
 * to sleep.
 */
export const networkSource: Source<NetworkLossFact[]> = {
  name: 'network',
  read: async (volume, since) => readNetworkLosses(volume, since),
}

function readNetworkLosses(volume: Volume, since: Since): Reading<NetworkLossFact[]> {
  const losses: NetworkLossFact[] = []
  const { events } = volume.history().network()
  if (events.length === 0) return { facts: losses, problems: [] }
  const system = volume.history().system()
  const awake = awakeStretches(system, events.map(timeOf))
  const connected = new ConnectedNetworks(events, startTimes(readTrails(system)))
  let lostAt: number | undefined
  for (const event of events) {
    const at = timeOf(event)
    const isLast = connected.take(event)
    if (event.eventId === DISCONNECTED && isLast) lostAt ??= at
    else if (event.eventId === CONNECTED && lostAt !== undefined) {
      const parts = at >= (since.at ?? 0) ? awakeWithin(awake, lostAt, at).filter(isLoss) : []
      losses.push(...parts.map(toFact))
      lostAt = undefined
    }
  }
  return { facts: losses, problems: [] }
}

function startTimes(trails: readonly Trail[]): number[] {
  return trails.flatMap(({ kernelStart, logStart }) => kernelStart ?? logStart ?? [])
}

/** The networks that are connected, as far as the log tells; after a start, none. */
class ConnectedNetworks {
  readonly #since = new Map<string, number>()
  readonly #lasting = new Set<string>()
  readonly #starts: readonly number[]
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(events: readonly EventRecord[], starts: readonly number[]) {
    this.#starts = starts
    const since = new Map<string, number>()
    for (const event of events) {
      const name = networkOf(event)
      if (event.eventId === CONNECTED) since.set(name, timeOf(event))
      else if (timeOf(event) - (since.get(name) ?? Number.POSITIVE_INFINITY) > IDENTIFYING_MS) this.#lasting.add(name)
    }
  }

  /** @returns whether no other network is connected then */
  take(event: EventRecord): boolean {
    const at = timeOf(event)
    if (this.#starts.some((start) => start > this.#lastAt && start <= at)) this.#since.clear()
    this.#lastAt = at
    const name = networkOf(event)
    if (event.eventId === DISCONNECTED) this.#since.delete(name)
    else {
      for (const [other, since] of this.#since)
        if (at - since <= IDENTIFYING_MS && !this.#lasting.has(other)) this.#since.delete(other)
      this.#since.set(name, at)
    }
    return this.#since.size === 0
  }
}

/** Its id, else what it is called; neither leaves this machine. */
function networkOf(event: EventRecord): string {
  return fieldOf(event, 'Guid') ?? fieldOf(event, 'Name') ?? ''
}

function isLoss({ from, until, isFresh }: Stretch): boolean {
  return until - from >= (isFresh ? COMING_UP_MS : MIN_LOSS_MS) && until - from <= MAX_LOSS_MS
}

function toFact({ from, until }: Stretch): NetworkLossFact {
  const at = new Date(from).toISOString()
  return { id: `network-loss:${at}`, at, until: new Date(until).toISOString() }
}
