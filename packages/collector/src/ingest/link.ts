import type { CollectorFrame, Refuse } from '@pumphandle/shared/wire'

/**
 * How a machine proved itself: by its key over the TLS exporter or over a nonce, by its secret (protocol 1), or as the report
 * of its disk by another computer.
 */
export type ProvenBy = 'exporter' | 'nonce' | 'secret' | 'report'

/** A connection to one agent, as ingest sees it: a WebSocket, or the simulator in virtual time. */
export interface Link {
  /** Never throws; a frame for a connection that has ended is dropped. */
  send(frame: CollectorFrame): void
  /** Says why and closes. `lost` follows. @param token by which this one computer may enrol anew */
  refuse(code: Refuse['code'], message: string, retryAfterSeconds?: number, token?: string): void
  /** Stops reading until `resume`: the store cannot keep up. */
  pause(): void
  resume(): void
}
