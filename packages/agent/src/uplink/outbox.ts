import type { Clock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { MAX_EVENTS_PER_FRAME, MAX_FRAME_BYTES, MAX_UNACKED_FRAMES } from '@pumphandle/shared/wire/limits'
import type { Spool } from '../spool/spool.ts'
import type { Pace } from './pace.ts'

/** A frame is this many bytes larger than its events at most. */
const ENVELOPE_BYTES = 200

/** Moves events from the spool into frames of one connection, and out of the spool when they are acknowledged. */
export interface Outbox {
  /** Sends these at once, before they are on this machine's own disk: the machine may have two seconds to live. */
  urgent(events: readonly AgentEvent[]): void
  /** Sends what waits, as far as the collector's limits allow; answers the milliseconds until it may go on, or 0. */
  pump(spool: Spool): number
  /** A batch was committed by the collector. */
  acknowledged(batch: number): void
}

interface Batch {
  /** The spool's numbers of its events. */
  seqs: number[]
  /** Events that were sent before the spool had them. */
  unnumbered: readonly AgentEvent[]
  isAcknowledged: boolean
}

export function createOutbox(send: (frame: string) => void, clock: Pick<Clock, 'now'>, pace: Pace): Outbox {
  let batches = 0
  const flying = new Map<number, Batch>()

  function sendBatch(bodies: readonly string[], seqs: number[], unnumbered: readonly AgentEvent[]): void {
    const batch = ++batches
    flying.set(batch, { seqs, unnumbered, isAcknowledged: false })
    send(`{"type":"events","batch":${batch},"sentAt":${clock.now()},"events":[${bodies.join(',')}]}`)
  }

  /** By now the spool has what was sent before it: number it, and let go what was acknowledged. */
  function settle(spool: Spool): void {
    for (const [number, batch] of flying) {
      batch.seqs.push(...batch.unnumbered.flatMap((event) => spool.seqOf(event) ?? []))
      batch.unnumbered = []
      if (!batch.isAcknowledged) continue
      spool.acknowledge(batch.seqs)
      flying.delete(number)
    }
  }

  return {
    urgent(events) {
      if (events.length === 0 || flying.size >= MAX_UNACKED_FRAMES) return
      const bodies = events.slice(0, MAX_EVENTS_PER_FRAME).map((event) => JSON.stringify(event))
      const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body) + 1, ENVELOPE_BYTES)
      if (bytes <= MAX_FRAME_BYTES && pace.take()) sendBatch(bodies, [], events.slice(0, MAX_EVENTS_PER_FRAME))
    },
    pump(spool) {
      settle(spool)
      while (flying.size < MAX_UNACKED_FRAMES) {
        const inFlight = new Set([...flying.values()].flatMap(({ seqs }) => seqs))
        const next = spool.next(MAX_EVENTS_PER_FRAME, MAX_FRAME_BYTES - ENVELOPE_BYTES, inFlight)
        if (next.length === 0) return 0
        if (!pace.take()) return pace.waitMs()
        sendBatch(
          next.map(({ body }) => body),
          next.map(({ seq }) => seq),
          [],
        )
      }
      return 0
    },
    acknowledged(number) {
      const batch = flying.get(number)
      if (batch) batch.isAcknowledged = true
    },
  }
}
