import { MINUTE } from '@pumphandle/shared/time'
import type { GoodbyeReason } from '@pumphandle/shared/wire'
import { MACHINE_STATES } from '@pumphandle/shared/words'
import type { MachineState, Row } from '../store/index.ts'
import type { Changes } from './changes.ts'
import { type JudgeSettings, judge } from './judge.ts'
import { type FleetMachine, machineFromRow } from './machine.ts'
import { TimingWheel } from './wheel.ts'

/** How long agents may take to come back to a collector that was away: five minutes of backoff, of agents of 0.1.0, and a minute in the queue. */
export const RETURN_MS = 6 * MINUTE
/** A tick that is late by more than this means that this process stood still: nobody could be heard meanwhile. */
const STALL_MS = 10_000
/** Ticks come each second; what one is late by beyond this is time in which this process did not listen. */
const TICK_MS = 1_250
/** However busy this process is, after so many times the silence timeout a machine is dark. */
const MOST_PATIENCE = 4
const NO_COUNTS = Object.fromEntries(MACHINE_STATES.map((state) => [state, 0])) as Record<MachineState, number>

export interface Transition {
  readonly machine: FleetMachine
  readonly at: number
  readonly from: MachineState
  readonly to: MachineState
  readonly reason: string
}

export interface FleetOptions {
  readonly changes: Changes
  readonly heartbeatMs: number
  readonly silenceMs: number
  /** Asked at each judgement: admins change it. */
  readonly bootLoop: () => { readonly boots: number; readonly minutes: number }
  /** When the collector began to listen, ms epoch. */
  readonly now: number
  /** Told of each change of state, for the store. */
  readonly onTransition: (transition: Transition) => void
  /** Told when a machine was not heard for the silence timeout and said no goodbye. */
  readonly onSilent: (machine: FleetMachine, at: number) => void
  /**
   * Where presence comes from. By default the last frame; a simulation in virtual time says it here, so that it need not
   * send a million heartbeats.
   */
  readonly lastHeard?: ((machine: FleetMachine) => number) | undefined
}

/** What is asked of the fleet by who only reads. */
export type FleetReader = Pick<
  Fleet,
  | 'blindUntil'
  | 'byId'
  | 'byUid'
  | 'connected'
  | 'connectedAt'
  | 'counts'
  | 'enrolledAt'
  | 'machines'
  | 'machinesAt'
  | 'size'
>

/** Every machine, in memory, with its state. Costs about 600 bytes each; the store has everything that must survive. */
export class Fleet {
  readonly #options: FleetOptions
  readonly #byId = new Map<number, FleetMachine>()
  readonly #byUid = new Map<string, FleetMachine>()
  readonly #wheel: TimingWheel<FleetMachine>
  readonly #counts = { ...NO_COUNTS }
  readonly #sites = new Map<number, Set<FleetMachine>>()
  readonly #connectedAt = new Map<number, number>()
  #connected = 0
  #listeningSince: number
  #blindUntil: number
  #tickedAt: number
  /** Time in which this process was too busy to listen, by when that ended; those that no silence reaches back to are gone. */
  #busy: { readonly until: number; readonly ms: number }[] = []

  constructor(options: FleetOptions) {
    this.#options = options
    this.#wheel = new TimingWheel(options.now)
    this.#listeningSince = options.now
    this.#tickedAt = options.now
    this.#blindUntil = options.now + RETURN_MS
  }

  get size(): number {
    return this.#byId.size
  }
  get connected(): number {
    return this.#connected
  }
  /** Until then a machine that is not heard is not called dark: the collector itself was away. */
  get blindUntil(): number {
    return this.#blindUntil
  }
  get counts(): Readonly<Record<MachineState, number>> {
    return this.#counts
  }
  machines(): Iterable<FleetMachine> {
    return this.#byId.values()
  }
  byUid(uid: string): FleetMachine | undefined {
    return this.#byUid.get(uid)
  }
  byId(id: number): FleetMachine | undefined {
    return this.#byId.get(id)
  }
  /** Machines of a site (a practice's row) with an open connection. */
  connectedAt(site: number): number {
    return this.#connectedAt.get(site) ?? 0
  }

  machinesAt(site: number): Iterable<FleetMachine> {
    return this.#sites.get(site) ?? []
  }
  /** Machines of a site that are enrolled. */
  enrolledAt(site: number): number {
    return this.#sites.get(site)?.size ?? 0
  }
  /**
   * Whether another machine of the same site was heard after this one went quiet: then it is not their line. Quiet from its
   * next heartbeat on, for machines that went together were last heard at any time within one interval. A newcomer on probation
   * may be anywhere, and says nothing of a practice's line.
   */
  othersAlive(m: FleetMachine): boolean {
    const { heartbeatMs, silenceMs } = this.#options
    const quietSince = m.lastHeard + Math.min(heartbeatMs, silenceMs - heartbeatMs)
    for (const other of this.#sites.get(m.site) ?? [])
      if (other !== m && other.isEstablished && other.connected && this.#lastHeard(other) >= quietSince) return true
    return false
  }

  /** A machine that was enrolled, or is read from the store at start; one that is known gets its new name and place. */
  put(row: Row<'machine'>, now: number): FleetMachine {
    const known = this.#byId.get(row.id)
    if (known) {
      if (known.connected) this.#count(known.site, -1)
      this.#sites.get(known.site)?.delete(known)
      known.name = row.name
      known.site = row.practice_id ?? 0
      known.region = row.region_id ?? 0
      known.unmanaged = row.unmanaged === 1
      known.revokedAt = row.revoked_at ?? undefined
      known.isEstablished = row.established_at !== null
      known.agentVersion = row.agent_version
      if (known.connected) this.#count(known.site, 1)
      this.#place(known)
      this.#options.changes.emit('machine-changed', { machine: known, from: known.state, at: now })
      return known
    }
    const machine = machineFromRow(row)
    this.#byId.set(machine.id, machine)
    this.#byUid.set(machine.uid, machine)
    this.#place(machine)
    this.#counts[machine.state]++
    this.#wheel.set(machine, this.#blindUntil)
    this.#options.changes.emit('machine-changed', { machine, from: machine.state, at: now })
    return machine
  }

  /** Takes back what was known of a machine by another process; its state is judged from it. */
  resume(m: FleetMachine, known: Partial<FleetMachine>, now: number): void {
    Object.assign(m, known)
    if (m.connected) {
      this.#connected++
      this.#count(m.site, 1)
    }
    this.review(m, now)
  }

  /** A machine that is not connected goes out of the fleet. */
  remove(id: number, now: number): void {
    const machine = this.#byId.get(id)
    if (!machine) return
    this.closed(machine, now)
    this.#byId.delete(id)
    this.#byUid.delete(machine.uid)
    this.#sites.get(machine.site)?.delete(machine)
    this.#counts[machine.state]--
    this.#wheel.set(machine, Number.POSITIVE_INFINITY)
    this.#options.changes.emit('machine-gone', { machine, at: now })
    this.#options.changes.emit('fleet-counts', { states: this.#counts, at: now })
  }

  /** A connection was accepted. */
  opened(m: FleetMachine, now: number): void {
    if (!m.connected) {
      m.connected = true
      this.#connected++
      this.#count(m.site, 1)
    }
    m.heardThisRun = true
    m.lastHeard = now
    m.silentSince = undefined
    m.goodbye = undefined
    this.review(m, now)
  }

  /** A frame came. This is the hot path: nothing but a number is written. */
  heard(m: FleetMachine, now: number): void {
    m.lastHeard = now
  }

  saidGoodbye(m: FleetMachine, reason: GoodbyeReason, now: number): void {
    m.goodbye = { reason, at: now }
    this.closed(m, now)
  }

  /** The connection ended. Without a goodbye the machine is dark once it was silent for long enough. */
  closed(m: FleetMachine, now: number): void {
    if (m.connected) {
      m.connected = false
      this.#connected--
      this.#count(m.site, -1)
    }
    this.review(m, now)
  }

  /**
   * The connection broke on this side: nothing is known of the machine until it comes back, and it is given the time that
   * it has after a restart of the collector.
   */
  interrupted(m: FleetMachine, now: number): void {
    this.#blindUntil = Math.max(this.#blindUntil, now + RETURN_MS)
    m.heardThisRun = false
    this.closed(m, now)
  }

  /** Judges the machine's state anew, after a fact about it changed. */
  review(m: FleetMachine, now: number): void {
    const heard = this.#lastHeard(m)
    const silenceMs = this.#silenceMs(heard)
    const verdict = judge(m, now, this.#settings(silenceMs))
    const silence = m.connected ? heard + silenceMs : Number.POSITIVE_INFINITY
    this.#wheel.set(m, Math.min(verdict.until, silence))
    if (verdict.state === m.state && verdict.reason === m.stateReason) return
    const from = m.state
    m.stateReason = verdict.reason
    if (verdict.state !== from) {
      m.state = verdict.state
      m.stateSince = now
      this.#counts[from]--
      this.#counts[verdict.state]++
    }
    this.#options.onTransition({ machine: m, at: now, from, to: m.state, reason: verdict.reason })
    this.#options.changes.emit('machine-changed', { machine: m, from, at: now })
    if (verdict.state !== from) this.#options.changes.emit('fleet-counts', { states: this.#counts, at: now })
  }

  /** Nobody can be heard now: silence counts from here on. Call every second while it is so. */
  deaf(now: number): void {
    this.#listeningSince = now
  }

  /** Time passes: call once a second. */
  tick(now: number): void {
    const late = now - this.#tickedAt - TICK_MS
    if (now - this.#tickedAt > STALL_MS) {
      this.#listeningSince = now
      this.#blindUntil = Math.max(this.#blindUntil, now + this.#options.silenceMs)
    } else if (late > 0) this.#busy.push({ until: now, ms: late })
    this.#tickedAt = now
    const oldest = now - MOST_PATIENCE * this.#options.silenceMs
    if ((this.#busy[0]?.until ?? now) < oldest) this.#busy = this.#busy.filter(({ until }) => until >= oldest)
    this.#wheel.advance(now, (m) => this.#due(m, now))
  }

  #due(m: FleetMachine, now: number): void {
    if (m.goodbye === undefined && m.heardThisRun && m.silentSince === undefined && isWatched(m)) {
      m.lastHeard = m.unread > 0 ? now : this.#lastHeard(m)
      if (now >= m.lastHeard + this.#silenceMs(m.lastHeard)) {
        m.silentSince = now
        this.closed(m, now)
        this.#options.onSilent(m, now)
        return
      }
    }
    this.review(m, now)
  }

  #lastHeard(m: FleetMachine): number {
    return Math.max(this.#options.lastHeard?.(m) ?? m.lastHeard, this.#listeningSince)
  }

  /** How long who was heard at `since` may say nothing: what passed while nobody here listened is not their silence. */
  #silenceMs(since: number): number {
    const { silenceMs } = this.#options
    let busy = 0
    for (const { until, ms } of this.#busy) if (until > since) busy += ms
    return Math.min(silenceMs + busy, MOST_PATIENCE * silenceMs)
  }

  #settings(silenceMs: number): JudgeSettings {
    const { boots, minutes } = this.#options.bootLoop()
    return {
      silenceMs,
      bootLoop: { boots, windowMs: minutes * MINUTE },
      blindUntil: this.#blindUntil,
      listeningSince: this.#listeningSince,
    }
  }

  #place(m: FleetMachine): void {
    const there = this.#sites.get(m.site)
    if (there) there.add(m)
    else this.#sites.set(m.site, new Set([m]))
  }

  #count(site: number, by: 1 | -1): void {
    this.#connectedAt.set(site, this.connectedAt(site) + by)
  }
}

/** Whether its silence says something. */
function isWatched(m: FleetMachine): boolean {
  return !m.unmanaged && m.revokedAt === undefined
}
