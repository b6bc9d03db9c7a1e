import type { CHANNEL_KINDS } from '@pumphandle/shared/api'
import type { Message } from './message.ts'

export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** An HTTP request that carries a message; what a channel is, apart from its address. */
export interface Post {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Puts a message into a channel's form. */
export type Compose = (message: Message) => Post

/**
 * What became of a message. `permanent`: trying again changes nothing until a person does something; `retry`: the other
 * side or the line may be better later, not before `afterMs` where it said so.
 */
export type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly permanent: boolean; readonly reason: string; readonly afterMs?: number }
