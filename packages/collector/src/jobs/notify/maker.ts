import type { IncidentRow } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY } from '@pumphandle/shared/time'
import { hitOf } from '@pumphandle/shared/words'
import { type ChannelScope, isWholeFleet, WHOLE_FLEET } from '../../model/channel-options.ts'
import { type Channel, listChannels, optionsOf } from '../../store/channels.ts'
import type { Store } from '../../store/index.ts'
import {
  deleteNotificationsBefore,
  historyAfter,
  insertNotifications,
  lastHistoryBefore,
  lastOfCause,
  moveNotifyCursor,
  readNotifyCursor,
  startNotifyCursor,
} from '../../store/notifications.ts'
import { listRotas, rotaOf } from '../../store/rotas.ts'
import type { NewRow } from '../../store/tables.ts'
import { causeOf, TOLD } from './delivery/message.ts'
import { begins, FEWEST_GROWN, hasGrown } from './hold/news.ts'
import { channelsOf, turnsOf } from './rota/on-call.ts'

/** Entries of the histories of one round. */
const PER_ROUND = 50
/** Messages that are done are kept as long as somebody may write a report of what they were about. */
const KEPT_MS = 400 * DAY

export interface MakerDeps {
  readonly store: Store
  readonly clock: Clock
  /** @param of what is told of, with its numbers alone. Undefined where the incident is not of these. */
  readonly incident: (id: number, of: ChannelScope) => Promise<IncidentRow | undefined>
  /** Incidents that are not over. */
  readonly active: () => readonly IncidentRow[]
  /** Whether the present time can be believed. */
  readonly mayDelete: () => boolean
  /** Time zone that hours are read in. */
  readonly timeZone: () => string
}

type NewMessage = NewRow<'notification'>

/**
 * Makes messages of the histories' rows, in the transaction that moves the cursor on, so that each change makes one message
 * for each channel, whatever is killed when.
 */
export class Maker {
  readonly #deps: MakerDeps
  /** What happened before is long past where no cursor is yet. */
  readonly #since: number
  /** Machines of each large incident when it was looked at last. */
  #hit: ReadonlyMap<number, number> = new Map()

  constructor(deps: MakerDeps) {
    this.#deps = deps
    this.#since = deps.clock.now()
  }

  async make(): Promise<void> {
    const { store, clock, mayDelete } = this.#deps
    const now = clock.now()
    const cursor = await this.#cursor(now)
    const entries = await historyAfter(store.db, cursor, PER_ROUND)
    const last = entries.at(-1)
    const growing = this.#growing()
    // most seconds nothing happened
    if (!last && growing.length === 0) return
    const channels = (await listChannels(store.db)).filter((channel) => channel.enabled === 1)
    if (last) {
      const turns = await this.#turns(channels, now)
      const rows: NewMessage[] = []
      for (const { incident_id, type } of entries.filter((entry) => TOLD.includes(entry.type))) {
        const incident = await this.#deps.incident(incident_id, WHOLE_FLEET)
        const cause = incident ? causeOf(incident) : ''
        // what goes on is told by turns; of its end those hear who heard of it
        for (const channel of channels) {
          const afterMinutes = turns.get(channel.id) ?? 0
          if (afterMinutes === 'never' && begins(type)) continue
          const after = afterMinutes === 'never' ? 0 : afterMinutes
          rows.push({ ...message(incident_id, channel.id, type, now), cause, after_minutes: after })
        }
      }
      await store.transaction(async (tx) => {
        if (await moveNotifyCursor(tx, cursor, last.id, now)) await insertNotifications(tx, rows)
      })
      if (mayDelete()) await deleteNotificationsBefore(store.db, now - KEPT_MS)
    }
    await this.#makeGrown(growing, channels, now)
  }

  async #cursor(now: number): Promise<number> {
    const { store } = this.#deps
    const cursor = await readNotifyCursor(store.db)
    if (cursor !== undefined) return cursor
    // what happens while the collector starts is told, what happened before it ever did is not
    const first = await lastHistoryBefore(store.db, this.#since)
    await startNotifyCursor(store.db, first, now)
    return (await readNotifyCursor(store.db)) ?? first
  }

  /** Channels of rotas, with the minutes after which they are told of what begins now; `never`: others are on call. */
  async #turns(channels: readonly Channel[], now: number): Promise<Map<number, number | 'never'>> {
    const { store, timeZone } = this.#deps
    const turns = new Map<number, number | 'never'>()
    const there = new Set(channels.map(({ id }) => id))
    for (const row of await listRotas(store.db)) {
      const rota = rotaOf(row)
      if (!rota) continue
      for (const channel of channelsOf(rota)) if (!turns.has(channel)) turns.set(channel, 'never')
      const inTurn = turnsOf(rota, now, timeZone()).filter(({ channel }) => there.has(channel))
      // whoever is on call is switched off, and nobody comes after them: too many is better than none
      const told =
        inTurn.length > 0
          ? inTurn
          : channelsOf(rota).flatMap((channel) => (there.has(channel) ? [{ channel, afterMinutes: 0 }] : []))
      // whose turn it is may have been removed: the next one is told at once
      const first = told[0]?.afterMinutes ?? 0
      for (const { channel, afterMinutes } of told) {
        const known = turns.get(channel)
        const after = afterMinutes - first
        turns.set(channel, typeof known === 'number' ? Math.min(known, after) : after)
      }
    }
    return turns
  }

  /** Incidents that are large enough to be told again, and have more or fewer machines than a second ago. */
  #growing(): IncidentRow[] {
    const large = this.#deps.active().filter(({ cohorts }) => hitOf(cohorts) >= FEWEST_GROWN)
    const before = this.#hit
    this.#hit = new Map(large.map(({ id, cohorts }) => [id, hitOf(cohorts)]))
    return large.filter(({ id }) => before.get(id) !== this.#hit.get(id))
  }

  /** An incident ten times as large as when a channel was told last is told again. */
  async #makeGrown(growing: readonly IncidentRow[], channels: readonly Channel[], now: number): Promise<void> {
    const { store, incident } = this.#deps
    for (const whole of growing) {
      // of a part no more machines are hit than of the whole fleet
      const told = (await lastOfCause(store.db, causeOf(whole))).filter((last) => hasGrown(whole, last.machines))
      for (const last of told) {
        const channel = channels.find(({ id }) => id === last.channel_id)
        if (!channel || last.type === 'resolved') continue
        const options = optionsOf(channel)
        const row = isWholeFleet(options) ? whole : await incident(whole.id, options)
        if (!row || !hasGrown(row, last.machines)) continue
        await insertNotifications(store.db, [{ ...message(whole.id, channel.id, 'grown', now), cause: causeOf(whole) }])
      }
    }
  }
}

function message(incident: number, channel: number, type: string, now: number): NewMessage {
  return {
    incident_id: incident,
    channel_id: channel,
    type,
    status: 'waiting',
    attempts: 0,
    created_at: now,
    // at once, whatever a clock says that is set back afterwards
    next_at: 0,
    sent_at: null,
    error: null,
  }
}
