import type { CHANNEL_KINDS, IncidentRow, Places } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { backoffMs } from '@pumphandle/shared/flow'
import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import { isActive } from '@pumphandle/shared/words'
import type { Logger } from '../../log/logger.ts'
import { acknowledgeToken } from '../../model/acknowledge-link.ts'
import { type Channel, channelById, listChannels, optionsOf, setChannelOutcome } from '../../store/channels.ts'
import type { Store } from '../../store/index.ts'
import { linkKey } from '../../store/link-key.ts'
import {
  claimNotification,
  deleteNotificationsBefore,
  dueNotifications,
  freeNotifications,
  historyAfter,
  insertNotifications,
  lastHistoryId,
  moveNotifyCursor,
  type Notification,
  readNotifyCursor,
  setNotification,
  startNotifyCursor,
  wasTold,
} from '../../store/notifications.ts'
import { Job } from '../job.ts'
import { CHANNELS } from './channels/index.ts'
import type { Outcome, Outside } from './delivery/channel.ts'
import {
  type ChangeType,
  type Held,
  holdMessage,
  type Message,
  messageOf,
  TOLD,
  testMessage,
} from './delivery/message.ts'
import { holdOf } from './hold.ts'

/** How often histories are looked at: a message leaves within a second of the incident. */
const EVERY_MS = 1_000
/** Entries of the histories, and messages, of one round. */
const PER_ROUND = 50
/** A sender that has not said what became of a message by then was killed; longer than any delivery takes. */
const CLAIM_MS = MINUTE
/** 15 s, 30 s, 1 min, ... and after eight tries, two hours, a message is no news any more. */
const RETRY = { firstMs: 15_000, mostMs: HOUR } as const
const MOST_TRIES = 8
/** How soon a channel of some places hears that an incident of others has reached them. */
const REACHED_MS = MINUTE
/** Messages that are done are kept for a month. */
const KEPT_MS = 30 * DAY
/** A message's link acknowledges for a day. */
const ACKNOWLEDGE_WITHIN_MS = DAY

export interface NotifierDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** @param places those that are told of; null for the whole fleet. Undefined where the incident is not of these. */
  readonly incident: (id: number, places: Places | null) => Promise<IncidentRow | undefined>
  /** The dashboard's address, for links; undefined where nobody knows it. */
  readonly address: string | undefined
  readonly mail?: Outside['mail']
  /** Time zone that quiet hours are read in. */
  readonly timeZone?: () => string
  readonly fetch?: typeof fetch
}

/**
 * Tells channels of incidents. Messages are made from the histories' rows, in the transaction that moves the cursor on, so
 * that each change makes one message for each channel, whatever is killed when; a message is claimed before it is sent.
 */
export class Notifier {
  readonly #deps: NotifierDeps
  readonly #job: Job
  #isFreed = false

  constructor(deps: NotifierDeps) {
    this.#deps = deps
    this.#job = new Job({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'notifications could not be sent',
    })
  }

  /** One round: makes messages of what happened, and sends those that are due. */
  run(): Promise<void> {
    return this.#job.run()
  }

  /** Sends a test message now. */
  async test(channel: Channel): Promise<Outcome> {
    const { clock, address } = this.#deps
    return this.#send(channel, testMessage(channel.name, clock.now(), address))
  }

  /** Tells a channel at once of a version that a person wants held, or let go on. */
  hold(channel: Channel, held: Held): Promise<Outcome> {
    const { clock, address } = this.#deps
    return this.#send(channel, holdMessage(held, clock.now(), address))
  }

  close(): Promise<void> {
    return this.#job.close()
  }

  async #round(): Promise<void> {
    // a collector that was killed took its claims with it, and nobody else sends
    const now = this.#deps.clock.now()
    if (!this.#isFreed) await freeNotifications(this.#deps.store.db, now, now + CLAIM_MS)
    this.#isFreed = true
    await this.#make()
    const due = await dueNotifications(this.#deps.store.db, this.#deps.clock.now(), PER_ROUND)
    // channels do not wait for each other; one channel gets its messages in order
    const byChannel = Map.groupBy(due, (message) => message.channel_id)
    await Promise.all([...byChannel.values()].map((messages) => this.#sendInOrder(messages)))
  }

  async #make(): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const cursor = await readNotifyCursor(store.db)
    // the first start with this table tells nothing of what is long past
    if (cursor === undefined) return startNotifyCursor(store.db, await lastHistoryId(store.db), now)
    const entries = await historyAfter(store.db, cursor, PER_ROUND)
    const last = entries.at(-1)
    if (!last) return
    const channels = (await listChannels(store.db)).filter((channel) => channel.enabled === 1)
    const told = entries.filter((entry) => TOLD.includes(entry.type as ChangeType))
    await store.transaction(async (tx) => {
      if (!(await moveNotifyCursor(tx, cursor, last.id, now))) return
      await insertNotifications(
        tx,
        told.flatMap((entry) =>
          channels.map((channel) => ({
            incident_id: entry.incident_id,
            channel_id: channel.id,
            type: entry.type,
            status: 'waiting',
            attempts: 0,
            created_at: now,
            next_at: now,
            sent_at: null,
            error: null,
          })),
        ),
      )
    })
    await deleteNotificationsBefore(store.db, now - KEPT_MS)
  }

  async #sendInOrder(messages: readonly Notification[]): Promise<void> {
    const { store, clock, address } = this.#deps
    for (const message of messages) {
      const channel = await channelById(store.db, message.channel_id)
      const places = channel ? optionsOf(channel).places : null
      const incident = await this.#deps.incident(message.incident_id, places)
      if (channel && places && !incident) {
        const whole = message.type === 'opened' ? await this.#deps.incident(message.incident_id, null) : undefined
        // of other places so far: it grows, and whom it reaches later is told then
        const change = whole && isActive(whole.status) ? { next_at: clock.now() + REACHED_MS } : { status: 'skipped' }
        await setNotification(store.db, message.id, change)
        continue
      }
      if (!channel || channel.enabled === 0 || !incident) {
        await setNotification(store.db, message.id, { status: 'failed', error: 'the channel or the incident is gone' })
        continue
      }
      const hold = holdOf({
        message,
        incident,
        options: optionsOf(channel),
        toldBefore: await wasTold(store.db, message),
        now: clock.now(),
        timeZone: this.#deps.timeZone?.() ?? 'Europe/London',
      })
      if (hold.do === 'skip') {
        await setNotification(store.db, message.id, { status: 'skipped' })
        continue
      }
      if (hold.do === 'wait') {
        await setNotification(store.db, message.id, { next_at: hold.until })
        continue
      }
      if (!(await claimNotification(store.db, message, clock.now() + CLAIM_MS))) continue
      // who has some places does not take it from the others
      const acknowledge = places ? undefined : await this.#acknowledgeLink(incident)
      const outcome = await this.#send(channel, {
        ...messageOf(incident, message.type as ChangeType, message.created_at, address, acknowledge),
        id: `notification-${message.id}`,
      })
      await this.#settle(message, outcome)
      // a channel that cannot be reached is not asked for every incident
      if (!outcome.ok && !outcome.permanent) return
    }
  }

  /** Who gets a message about what nobody has taken may take it there and then. */
  async #acknowledgeLink({ id, status }: IncidentRow): Promise<string | undefined> {
    const { store, clock, address } = this.#deps
    if (address === undefined || status !== 'open') return undefined
    const now = clock.now()
    const token = acknowledgeToken(await linkKey(store.db, now), id, now + ACKNOWLEDGE_WITHIN_MS)
    return `${address}/acknowledge#${token}`
  }

  async #send(channel: Channel, message: Message): Promise<Outcome> {
    const { store, clock, log } = this.#deps
    const send = CHANNELS[channel.kind as (typeof CHANNEL_KINDS)[number]]
    const outcome = await send(channel.url, message, {
      fetch: this.#deps.fetch ?? fetch,
      mail: this.#deps.mail,
      secret: optionsOf(channel).secret,
      now: clock.now(),
    })
    if (outcome.ok) await setChannelOutcome(store.db, channel.id, clock.now(), null)
    else {
      log.warn({ channel: channel.name, reason: outcome.reason }, 'a notification was not delivered')
      await setChannelOutcome(store.db, channel.id, null, outcome.reason)
    }
    return outcome
  }

  async #settle(message: Notification, outcome: Outcome): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    if (outcome.ok) return setNotification(store.db, message.id, { status: 'sent', sent_at: now, error: null })
    const tries = message.attempts + 1
    if (outcome.permanent || tries >= MOST_TRIES)
      return setNotification(store.db, message.id, { status: 'failed', error: outcome.reason })
    const wait = outcome.afterMs ?? backoffMs(RETRY, tries)
    await setNotification(store.db, message.id, { status: 'waiting', next_at: now + wait, error: outcome.reason })
  }
}
