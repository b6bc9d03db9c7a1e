import type { IncidentRow } from '@pumphandle/shared/api'
import { backoffMs } from '@pumphandle/shared/flow'
import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import { hitOf, isActive } from '@pumphandle/shared/words'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import { acknowledgeToken } from '../../model/acknowledge-link.ts'
import { type ChannelScope, isWholeFleet, WHOLE_FLEET } from '../../model/channel-options.ts'
import { type Channel, channelById, optionsOf, setChannelOutcome } from '../../store/channels.ts'
import {
  claimNotification,
  countBegins,
  dueNotifications,
  freeNotifications,
  lastTold,
  laterTypes,
  type Notification,
  setNotification,
  waitingForDigest,
} from '../../store/notifications.ts'
import { CHANNELS } from './channels/index.ts'
import type { ChannelKind, Outcome } from './delivery/channel.ts'
import {
  causeOf,
  digestMessage,
  type Held,
  holdMessage,
  type Message,
  type MessageType,
  messageOf,
  testMessage,
} from './delivery/message.ts'
import { exampleIncident, previewOf, type Stage } from './delivery/preview.ts'
import { holdOf, isWorst } from './hold/hold.ts'
import { BEGINS_WITHIN_MS, begins, type Known, MOST_BEGINS } from './hold/news.ts'
import { Maker, type MakerDeps } from './maker.ts'
import { type Sending, sendTo } from './send-to.ts'

/** How often histories are looked at: a message leaves within a second of the incident. */
const EVERY_MS = 1_000
/** Messages of one round. */
const PER_ROUND = 50
/** A sender that has not said what became of a message by then was killed; longer than any delivery takes. */
const CLAIM_MS = MINUTE
/** Waits of 15 s, 30 s, 1 min, ...: the tenth try is two hours after the first, and then a message is no news any more. */
const RETRY = { firstMs: 15_000, mostMs: HOUR } as const
const MOST_TRIES = 10
/** How soon a channel of a part hears that an incident of others has reached it. */
const REACHED_MS = MINUTE
/** A message's link acknowledges for a day. */
const ACKNOWLEDGE_WITHIN_MS = DAY

export interface NotifierDeps extends MakerDeps, Omit<Sending, 'clock'> {
  readonly log: Logger
  /** The dashboard's address, for links; undefined where nobody knows it. */
  readonly address: string | undefined
  /** What links are signed with. */
  readonly linkKey: () => Promise<string>
}

/** Tells channels of incidents. A message is claimed before it is sent, whatever is killed when. */
export class Notifier extends Job {
  readonly #deps: NotifierDeps
  readonly #maker: Maker
  #isFreed = false

  constructor(deps: NotifierDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'notifications could not be sent',
    })
    this.#deps = deps
    this.#maker = new Maker(deps)
  }

  /** Sends a test message now. */
  async test(channel: Channel): Promise<Outcome> {
    const { clock, address } = this.#deps
    return this.#send(channel, testMessage(channel.name, clock.now(), address))
  }

  /** What a channel's message of a stage would look like now: of the newest incident, or of one that is made up. */
  async preview(channel: Channel, stage: Stage): Promise<{ message: Message; raw: string; real: boolean }> {
    const { clock, address, active, incident } = this.#deps
    const options = optionsOf(channel)
    const newest = active().toSorted((a, b) => b.id - a.id)[0]
    const own = newest && (await incident(newest.id, options))
    const shown = own ?? exampleIncident(clock.now())
    const message = previewOf({
      shown,
      stage,
      channel: channel.name,
      at: clock.now(),
      address,
      hasLink: options.places === null,
    })
    return { message, raw: CHANNELS[channel.kind as ChannelKind].look(message), real: own !== undefined }
  }

  /** Tells a channel at once of a version that a person wants held, or let go on. */
  hold(channel: Channel, held: Held): Promise<Outcome> {
    const { clock, address } = this.#deps
    return this.#send(channel, holdMessage(held, clock.now(), address))
  }

  async #round(): Promise<void> {
    // a collector that was killed took its claims with it, and nobody else sends
    const now = this.#deps.clock.now()
    if (!this.#isFreed) await freeNotifications(this.#deps.store.db, now + CLAIM_MS)
    this.#isFreed = true
    await this.#maker.make()
    // what is no news any more does not hold up what came after it
    while (await this.#sendDue());
  }

  /** @returns whether something was passed over, so that what waited behind it is due now */
  async #sendDue(): Promise<boolean> {
    const due = await dueNotifications(this.#deps.store.db, this.#deps.clock.now(), PER_ROUND)
    // channels do not wait for each other; one channel gets its messages in order
    const byChannel = Map.groupBy(due, (message) => message.channel_id)
    const skipped = await Promise.all([...byChannel.values()].map((messages) => this.#sendInOrder(messages)))
    return skipped.includes(true)
  }

  /** @returns whether one was no news any more */
  async #sendInOrder(messages: readonly Notification[]): Promise<boolean> {
    const { store, clock } = this.#deps
    let skipped = false
    for (const message of messages) {
      const channel = await channelById(store.db, message.channel_id)
      if (!channel || channel.enabled === 0) {
        await setNotification(store.db, message.id, { status: 'failed', error: 'the channel is gone' })
        continue
      }
      const incident = await this.#incidentFor(message, optionsOf(channel))
      if (!incident) continue
      const known = await this.#known(message, incident)
      const hold = holdOf({
        message,
        incident,
        options: optionsOf(channel),
        known,
        now: clock.now(),
        timeZone: this.#deps.timeZone(),
      })
      if (hold.do === 'skip') {
        await setNotification(store.db, message.id, { status: 'skipped' })
        skipped = true
        continue
      }
      if (hold.do === 'wait') {
        await setNotification(store.db, message.id, { next_at: hold.until })
        continue
      }
      if (hold.do === 'digest') {
        if (clock.now() < hold.at) {
          await setNotification(store.db, message.id, { next_at: hold.until, digest_at: hold.at })
          continue
        }
        await this.#sendDigest(channel, hold.at)
        // what else was due of this channel went with it
        return skipped
      }
      const outcome = await this.#tell(channel, message, incident, known)
      // a channel that cannot be reached is not asked for every incident
      if (outcome && !outcome.ok && !outcome.permanent) return skipped
    }
    return skipped
  }

  /** What a channel may know of a message's incident; undefined: not now, or never, and the message is set so. */
  async #incidentFor(message: Notification, of: ChannelScope): Promise<IncidentRow | undefined> {
    const { store, clock } = this.#deps
    const incident = await this.#deps.incident(message.incident_id, of)
    if (incident) return incident
    if (isWholeFleet(of)) {
      await setNotification(store.db, message.id, { status: 'failed', error: 'the incident is gone' })
      return undefined
    }
    const whole = message.type === 'opened' ? await this.#deps.incident(message.incident_id, WHOLE_FLEET) : undefined
    // of others so far: it grows, and whom it reaches later is told then
    const change = whole && isActive(whole.status) ? { next_at: clock.now() + REACHED_MS } : { status: 'skipped' }
    await setNotification(store.db, message.id, change)
    return undefined
  }

  /** What the message's channel was told of its cause, by what is stored: a restart tells nothing twice. */
  async #known(message: Notification, { id }: IncidentRow): Promise<Known & { readonly thread: number }> {
    const { store, clock, active } = this.#deps
    const last = await lastTold(store.db, message)
    const other = last && last.incident_id !== id ? await this.#deps.incident(last.incident_id, WHOLE_FLEET) : undefined
    return {
      last,
      lastResolvedAt: other?.resolvedAt ?? null,
      begins: await countBegins(store.db, message, clock.now() - BEGINS_WITHIN_MS),
      later: await laterTypes(store.db, message),
      twin: active().some((one) => one.id !== id && causeOf(one) === message.cause),
      thread: last && last.type !== 'resolved' ? (last.thread ?? last.incident_id) : id,
    }
  }

  async #tell(
    channel: Channel,
    message: Notification,
    incident: IncidentRow,
    known: Known & { readonly thread: number },
  ): Promise<Outcome | undefined> {
    const { store, clock, address } = this.#deps
    if (!(await claimNotification(store.db, message, clock.now() + CLAIM_MS))) return undefined
    // who has some places does not take it from the others
    const options = optionsOf(channel)
    const acknowledge = options.places ? undefined : await this.#acknowledgeLink(incident)
    const outcome = await this.#send(channel, {
      ...messageOf({
        incident,
        type: message.type as MessageType,
        at: message.created_at,
        address,
        acknowledge,
        last: begins(message.type) && known.begins + 1 === MOST_BEGINS,
        unanswered: begins(message.type) ? Math.max(options.afterMinutes, message.after_minutes) : 0,
      }),
      id: `notification-${message.id}`,
      thread: known.thread,
    })
    await this.#settle(message, outcome, { machines: hitOf(incident.cohorts), thread: known.thread })
    return outcome
  }

  /** One message of all that waits for it. Killed between sending and saying so, it sends it again, under the same id. */
  async #sendDigest(channel: Channel, at: number): Promise<void> {
    const { store, clock, address } = this.#deps
    const incidents = new Map<number, IncidentRow>()
    const told: Notification[] = []
    for (const message of await waitingForDigest(store.db, channel.id, at)) {
      const incident = await this.#deps.incident(message.incident_id, optionsOf(channel))
      // one of the worst goes by itself
      if (!incident || isWorst(incident)) continue
      incidents.set(incident.id, incident)
      told.push(message)
    }
    if (told.length === 0) return
    const outcome = await this.#send(channel, {
      ...digestMessage([...incidents.values()], clock.now(), address),
      id: `digest-${channel.id}-${at}`,
    })
    for (const message of told) {
      const incident = incidents.get(message.incident_id)
      const tried = { ...message, attempts: message.attempts + 1 }
      await this.#settle(tried, outcome, { machines: incident ? hitOf(incident.cohorts) : null, thread: null })
    }
  }

  /** Who gets a message about what nobody has taken may take it there and then. */
  async #acknowledgeLink({ id, status }: IncidentRow): Promise<string | undefined> {
    const { clock, address, linkKey } = this.#deps
    if (address === undefined || status !== 'open') return undefined
    const token = acknowledgeToken(await linkKey(), id, clock.now() + ACKNOWLEDGE_WITHIN_MS)
    return `${address}/acknowledge#${token}`
  }

  async #send(channel: Channel, message: Message): Promise<Outcome> {
    const { store, clock, log } = this.#deps
    const outcome = await sendTo(channel, message, this.#deps)
    if (outcome.ok) await setChannelOutcome(store.db, channel.id, clock.now(), null)
    else {
      log.warn({ channel: channel.name, reason: outcome.reason }, 'a notification was not delivered')
      await setChannelOutcome(store.db, channel.id, null, outcome.reason)
    }
    return outcome
  }

  /** @param sent what is remembered of the message once it has arrived */
  async #settle(
    message: Notification,
    outcome: Outcome,
    sent: Pick<Notification, 'machines' | 'thread'>,
  ): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    if (outcome.ok) return setNotification(store.db, message.id, { status: 'sent', sent_at: now, error: null, ...sent })
    const tries = message.attempts + 1
    if (outcome.permanent || tries >= MOST_TRIES)
      return setNotification(store.db, message.id, { status: 'failed', error: outcome.reason })
    const wait = outcome.afterMs ?? backoffMs(RETRY, tries)
    await setNotification(store.db, message.id, { status: 'waiting', next_at: now + wait, error: outcome.reason })
  }
}
