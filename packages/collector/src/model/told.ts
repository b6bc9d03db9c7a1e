import type { GoodbyeReason, Hello } from '@pumphandle/shared/wire'
import type { Arrived } from './arrived.ts'
import type { ComponentChange } from './component.ts'

/**
 * What a machine did, as an edge tells it to the brain through the journal: heartbeats never, only what changed. `m` is the
 * machine's row. `since` names its connection: when the database was asked who is knocking, by the database's own clock, so
 * that of two connections of one machine at two edges everybody knows the newer. `quietMs` is for how long nothing was
 * heard, so that no edge's clock matters.
 */
export type Told =
  /** It is here. Told again where a brain asks who is connected. `startedAt` is its boot's start, ms epoch. */
  | {
      readonly t: 'hello'
      readonly m: number
      readonly since: number
      readonly startedAt: number
      readonly hello: Hello
    }
  /** What of its events was news, stored by the same transaction. */
  | {
      readonly t: 'stored'
      readonly m: number
      readonly news: readonly Arrived[]
      readonly components: readonly ComponentChange[]
    }
  | { readonly t: 'goodbye'; readonly m: number; readonly since: number; readonly reason: GoodbyeReason }
  /** Its connection ended, or nothing was heard for too long; `isOurs` where this end broke and the machine did nothing. */
  | {
      readonly t: 'closed'
      readonly m: number
      readonly since: number
      readonly quietMs: number
      readonly isOurs: boolean
    }
  /** It misses heartbeats: until now its edge stood for it. */
  | { readonly t: 'quiet'; readonly m: number; readonly since: number; readonly quietMs: number }
  /** It is heard again after that. */
  | { readonly t: 'heard'; readonly m: number; readonly since: number }
