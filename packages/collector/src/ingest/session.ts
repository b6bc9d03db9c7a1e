import type { Clock } from '@pumphandle/shared/clock'
import type { AgentFrame, Events, GoodbyeReason, Hello } from '@pumphandle/shared/wire'
import { MAX_UNACKED_FRAMES } from '@pumphandle/shared/wire'
import { namedApart } from '../fleet/apply.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import { correct, skewOf } from '../model/agent-time.ts'
import type { Arrived } from '../model/arrived.ts'
import type { Budgets } from './budgets.ts'
import { cleaned } from './cleaned.ts'
import type { Link, ProvenBy } from './link.ts'

/** What a session asks of the one that made it: `Ingest`. */
export interface SessionHost {
  readonly maxFramesPerMinute: number
  readonly clock: Pick<Clock, 'now'>
  readonly fleet: Pick<Fleet, 'heard'>
  readonly budgets: Pick<Budgets, 'count' | 'takeFrame' | 'weigh'>
  /** Events were left out. */
  overBudget(machine: FleetMachine, events: number): void
  goodbye(session: Session, reason: GoodbyeReason, now: number): void
  lost(session: Session): void
  interrupted(session: Session): void
  store(session: Session, arrived: readonly Arrived[], ack: () => void): void
}

/** One connection of one machine, from its hello on. Made by {@link SessionHost}. */
export class Session {
  readonly machine: FleetMachine
  readonly by: ProvenBy | undefined
  readonly #ingest: SessionHost
  readonly #link: Link
  #unacked = 0
  #lastBatch = 0
  #skew: number
  #open = true

  constructor(ingest: SessionHost, machine: FleetMachine, hello: Hello, link: Link, now: number, by?: ProvenBy) {
    this.#ingest = ingest
    this.machine = machine
    this.by = by
    this.#link = link
    this.#skew = skewOf(hello.sentAt, now)
    machine.clockSkewMs = this.#skew
  }

  /** Takes a frame that passed its schema. Frames after the first bad one are ignored. */
  receive(frame: AgentFrame): void {
    if (!this.#open) return
    const now = this.#ingest.clock.now()
    if (!this.#ingest.budgets.takeFrame(this.machine.id, now))
      return this.refuse('too-fast', `Send at most ${this.#ingest.maxFramesPerMinute} frames a minute.`, 60)
    this.#ingest.fleet.heard(this.machine, now)
    if ('sentAt' in frame) this.#skew = skewOf(frame.sentAt, now)
    this.machine.clockSkewMs = this.#skew
    switch (frame.type) {
      case 'hello':
        return this.refuse('bad-frame', 'A hello comes once, as the first frame.')
      case 'heartbeat':
        if (frame.vitals) this.machine.vitals = { at: now, value: frame.vitals }
        return
      case 'events':
        return this.#events(frame, now)
      case 'goodbye':
        this.#open = false
        return this.#ingest.goodbye(this, frame.reason, now)
    }
  }

  /** The connection is gone, for whatever reason. Harmless when told twice. */
  lost(): void {
    this.#open = false
    this.#ingest.lost(this)
  }

  /** The collector's own end of the connection broke: the machine did nothing. */
  interrupted(): void {
    this.#open = false
    this.#ingest.interrupted(this)
  }

  /** Tells why and closes. */
  refuse(code: Parameters<Link['refuse']>[0], message: string, retryAfterSeconds?: number): void {
    this.#open = false
    this.#link.refuse(code, message, retryAfterSeconds)
  }

  pause(): void {
    this.#link.pause()
  }
  resume(): void {
    this.#link.resume()
  }

  #events(frame: Events, now: number): void {
    if (frame.batch <= this.#lastBatch)
      return this.refuse('bad-frame', `Batch ${frame.batch} came after batch ${this.#lastBatch}; count upwards.`)
    if (this.#unacked >= MAX_UNACKED_FRAMES)
      return this.refuse('too-fast', `Wait for an ack: ${MAX_UNACKED_FRAMES} frames of events are unanswered.`, 5)
    this.#lastBatch = frame.batch
    this.#unacked++
    const arrived: Arrived[] = []
    const { budgets } = this.#ingest
    for (const given of frame.events) {
      if (!budgets.count(this.machine.id, given, now)) continue
      const text = JSON.stringify(given)
      const clean = cleaned(given, text)
      const taken = clean && budgets.weigh(this.machine.id, clean, Buffer.byteLength(text), now)
      if (!taken) continue
      const event = namedApart(this.machine, taken)
      arrived.push({
        machineId: this.machine.id,
        event,
        text: event === given ? text : undefined,
        at: correct(event.at, this.#skew, now),
        receivedAt: now,
        skew: this.#skew,
      })
    }
    const over = frame.events.length - arrived.length
    if (over > 0) this.#ingest.overBudget(this.machine, over)
    this.#ingest.store(this, arrived, () => {
      this.#unacked--
      this.#link.send({ type: 'ack', batch: frame.batch, ...(over > 0 ? { overBudget: over } : {}) })
    })
  }
}
