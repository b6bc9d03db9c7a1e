import type { Clock } from '@pumphandle/shared/clock'
import { Rounds } from '@pumphandle/shared/rounds'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Ingest } from '../ingest/ingest.ts'
import type { Logger } from '../log/logger.ts'
import type { EdgeLog } from '../store/cluster/edge-log.ts'
import { beatOfEdge, endEdge, registerEdge, revokedSince } from '../store/cluster/edges.ts'
import { forgetNonces } from '../store/cluster/nonces.ts'
import type { Store } from '../store/index.ts'
import { EDGE_BEATS_MS } from './edge-watch.ts'
import type { Recorder } from './recorder.ts'

/** An edge that has not reached the database for this long sends its agents to the others: it may be the only one that cannot. */
const SEND_AWAY_AFTER_MS = 30 * SECOND
/** Clocks of two computers with a time service differ by less; beyond it times that are shown are wrong. */
const CLOCK_OFF_MS = 2 * SECOND
/** Revocations are looked for so far back: a transaction of the brain may take a while to commit. */
const REVOKED_OVERLAP_MS = 30 * SECOND

export interface EdgeLeaseOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly name: string
  readonly ingest: Ingest
  readonly edgeLog: EdgeLog
  readonly recorder: Recorder
  readonly connections: () => number
  /** For how long nothing of what waits could be stored. */
  readonly stuckMs: () => number
}

/** An edge's lease: it says that it is there, and learns what it is to do. */
export class EdgeLease {
  readonly #options: EdgeLeaseOptions
  readonly #beats: Rounds
  #roster = 0
  #heldAt: number
  #revokedSince: number
  /** When old nonces were forgotten last. */
  #forgotAt = 0

  constructor(options: EdgeLeaseOptions) {
    this.#options = options
    this.#heldAt = options.clock.now()
    this.#revokedSince = options.clock.now()
    this.#beats = new Rounds({ clock: options.clock, everyMs: EDGE_BEATS_MS, run: () => this.#beat() })
  }

  /** Whether the others know that it is there. */
  get isHeld(): boolean {
    return this.#options.clock.now() - this.#heldAt < SEND_AWAY_AFTER_MS
  }

  /** Says that it ends. Call once everything is stored. */
  async close(): Promise<void> {
    await this.#beats.close()
    const { store, edgeLog, clock } = this.#options
    // whoever watches finds out by itself
    await endEdge(store.db, edgeLog.edge, clock.now()).catch(() => undefined)
  }

  async #beat(): Promise<void> {
    const { store, edgeLog, clock, ingest, recorder, log } = this.#options
    try {
      const before = clock.now()
      const held = await beatOfEdge(store.db, edgeLog.edge, {
        connections: this.#options.connections(),
        stuckMs: this.#options.stuckMs(),
      })
      if (!held) return await this.#beginAnew()
      this.#heldAt = clock.now()
      if (held.roster !== this.#roster) {
        this.#roster = held.roster
        recorder.tellAll()
      }
      const off = Math.max(before - held.now, held.now - this.#heldAt)
      if (off > CLOCK_OFF_MS)
        log.warn({ ms: off }, 'the clock of this computer is not that of the database; mend its time service')
      await this.#expelRevoked()
      await this.#forgetNonces()
    } catch (error) {
      // what fails is known to the store
      if (this.isHeld) return
      this.#heldAt = clock.now()
      log.error({ err: error }, 'the database cannot be reached; agents are sent to other edges')
      ingest.sendAway('This edge cannot reach its database; try another.')
    }
  }

  /** The others gave it up, as after it stood still: what its machines did meanwhile is told by other edges, or anew. */
  async #beginAnew(): Promise<void> {
    const { store, edgeLog, clock, ingest, log, name } = this.#options
    log.warn({ edge: edgeLog.edge }, 'this edge was given up by the others; its agents connect anew')
    edgeLog.renew(await registerEdge(store.db, name, clock.now()))
    this.#roster = 0
    this.#heldAt = clock.now()
    ingest.sendAway('This edge begins anew.')
  }

  async #forgetNonces(): Promise<void> {
    const { store, clock } = this.#options
    const now = clock.now()
    if (now - this.#forgotAt < MINUTE) return
    this.#forgotAt = now
    await forgetNonces(store.db, now)
  }

  async #expelRevoked(): Promise<void> {
    const { store, clock, ingest } = this.#options
    const now = clock.now()
    for (const id of await revokedSince(store.reader, this.#revokedSince)) {
      const machine = ingest.fleet.byId(id)
      if (!machine || machine.revokedAt !== undefined) continue
      machine.revokedAt = now
      ingest.expel(machine)
    }
    this.#revokedSince = now - REVOKED_OVERLAP_MS
  }
}
