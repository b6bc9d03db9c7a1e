import type { AgentFrame, CollectorFrame, Hello, Refuse } from '@pumphandle/shared/wire'
import type { Config } from '../../config/index.ts'
import type { NobodyKnown } from '../authenticate.ts'
import type { Introduced, Proven } from '../core.ts'

/** What a gateway process needs of the configuration. */
export type GatewayConfig = Pick<
  Config,
  'host' | 'port' | 'tls' | 'trustProxy' | 'proxies' | 'logLevel' | 'maxConnections' | 'heartbeatSeconds'
> & { readonly isUnbounded?: boolean }

/** Core to gateway. `c` names a connection of that gateway, `n` a question. */
export type ToGateway =
  /** The first: listen. `upstream` is the core's own HTTP server, for everything that is no agent's socket. */
  | { readonly t: 'start'; readonly config: GatewayConfig; readonly upstream: string }
  /** The answer; `isUnknown` where the database could not be asked. */
  | {
      readonly t: 'authenticated'
      readonly n: number
      readonly proven?: Proven | NobodyKnown | undefined
      readonly isUnknown?: true
    }
  | { readonly t: 'send'; readonly c: number; readonly frame: CollectorFrame }
  | {
      readonly t: 'refuse'
      readonly c: number
      readonly code: Refuse['code']
      readonly message: string
      readonly retryAfterSeconds?: number | undefined
      readonly token?: string | undefined
    }
  | { readonly t: 'pause' | 'resume'; readonly c: number }
  /** The certificate may have been renewed. */
  | { readonly t: 'look' }
  /** The last: close what is open and end. */
  | { readonly t: 'end' }

/** Gateway to core. */
export type ToCore =
  | { readonly t: 'listening'; readonly port: number }
  /** It cannot listen, and ends; a sentence for a person. */
  | { readonly t: 'failed'; readonly message: string }
  | { readonly t: 'authenticate'; readonly n: number; readonly header: string | undefined }
  | { readonly t: 'hello'; readonly c: number; readonly who: Introduced; readonly hello: Hello }
  | { readonly t: 'frame'; readonly c: number; readonly frame: AgentFrame }
  | { readonly t: 'lost'; readonly c: number }
  /** Every {@link ALIVE_MS}, so that a gateway that hangs is known from one that has nothing to say. */
  | { readonly t: 'alive' }

/** Milliseconds between two signs of life of a gateway. */
export const ALIVE_MS = 5_000
