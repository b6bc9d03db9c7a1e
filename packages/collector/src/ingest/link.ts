import type { CollectorFrame, Refuse } from '@pumphandle/shared/wire'

/** A connection to one agent, as ingest sees it: a WebSocket, or the simulator in virtual time. */
export interface Link {
  /** Never throws; a frame for a connection that has ended is dropped. */
  send(frame: CollectorFrame): void
  /** Says why and closes. `lost` follows. */
  refuse(code: Refuse['code'], message: string, retryAfterSeconds?: number): void
  /** Stops reading until `resume`: the store cannot keep up. */
  pause(): void
  resume(): void
}
