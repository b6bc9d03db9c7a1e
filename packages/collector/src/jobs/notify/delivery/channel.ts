import type { CHANNEL_KINDS } from '@pumphandle/shared/api'
import type { Config } from '../../../config/index.ts'
import type { Message } from './message.ts'

export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** An HTTP request that carries a message; what a channel is, apart from its address. */
export interface Post {
  /** Where it is not the channel's own address. */
  readonly url?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Puts a message into a channel's form. */
export type Compose = (message: Message, how: How) => Post

/** What a form may need beside the message. */
interface How {
  readonly url: string
  /** Empty where none is set. */
  readonly secret: string
  readonly now: number
}

/** How a channel's messages leave. */
export interface Outside {
  readonly fetch: typeof fetch
  /** Undefined where no mail server is set. */
  readonly mail: Config['mail']
  /** The channel's; empty where none is set. */
  readonly secret?: string
  readonly now?: number
}

/** A kind of channel. */
export interface ChannelType {
  readonly send: Send
  /** What leaves, word for word, but for addresses and secrets. */
  readonly look: (message: Message) => string
}

/** Sends a message to a channel's address. Never throws. */
export type Send = (url: string, message: Message, outside: Outside) => Promise<Outcome>

/**
 * What became of a message. `permanent`: trying again changes nothing until a person does something; `retry`: the other
 * side or the line may be better later, not before `afterMs` where it said so.
 */
export type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly permanent: boolean; readonly reason: string; readonly afterMs?: number }
