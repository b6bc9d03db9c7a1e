import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { Channel } from '../../store/channels.ts'
import type { ChannelSeals } from './channel-seals.ts'
import { CHANNELS } from './channels/index.ts'
import type { ChannelKind, Outcome, Outside } from './delivery/channel.ts'
import { guardedFetch } from './delivery/guarded-fetch.ts'
import type { Message } from './delivery/message.ts'

/**
 * One that has not said by then what became of a message is not waited for: a mail server that says a word every few seconds
 * would keep all messages of all channels. Longer than any honest answer, shorter than a message is claimed for.
 */
const GIVE_UP_MS = 45 * SECOND

/** Where nothing else is said, messages leave by it. */
const guarded = guardedFetch()

/** What sending takes. */
export interface Sending {
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly channels: Pick<ChannelSeals, 'open'>
  /** Absent: no mail is sent. */
  readonly mail?: Outside['mail']
  /** Absent: one that looks at where a name leads. */
  readonly fetch?: typeof fetch
}

/** What becomes of a message to a channel whose address cannot be opened: it is tried again, the key may come back. */
const SHUT: Outcome = {
  ok: false,
  permanent: false,
  reason: 'the key that sealed its address (seal.key) is not here',
}

const LATE: Outcome = { ok: false, permanent: false, reason: `no end of it within ${GIVE_UP_MS / SECOND} s` }

/** Sends a message to a channel, whose address and secret are opened for it alone. Never throws, and always ends. */
export async function sendTo(channel: Channel, message: Message, sending: Sending): Promise<Outcome> {
  const keys = sending.channels.open(channel)
  if (!keys) return SHUT
  const { clock, mail, fetch = guarded } = sending
  try {
    const outside = { fetch, mail, secret: keys.secret, now: clock.now() }
    return await inTime(clock, CHANNELS[channel.kind as ChannelKind].send(keys.url, message, outside))
  } catch (error) {
    // one channel's fault is no reason to tell the others late
    return { ok: false, permanent: true, reason: `it could not be put into the channel’s form: ${String(error)}` }
  }
}

/** What became of a message, or, where nobody says so, that nobody did. */
export async function inTime(clock: Pick<Clock, 'after'>, sent: Promise<Outcome>): Promise<Outcome> {
  const late = Promise.withResolvers<Outcome>()
  const cancel = clock.after(GIVE_UP_MS, () => late.resolve(LATE))
  try {
    return await Promise.race([sent, late.promise])
  } finally {
    cancel()
  }
}
