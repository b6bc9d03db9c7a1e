import { SLOT, SLOT_COUNT } from './components.ts'
import { BUGCHECK, CLEAN } from './machines.ts'
import type { Greeting } from './sink.ts'
import type { World } from './world.ts'

const FAST_SILENCE_S = [4, 7] as const // silence timeout while heartbeats come every two seconds
const FAST_HEARTBEAT_S = 2
const RECONNECT_AFTER_LINE_S = [1, 30] as const
const RECONNECT_AFTER_COLLECTOR_S = [5, 120] as const // full jitter of the agents' backoff

/** Who is connected, and how connections begin and end. */
export class Network {
  readonly #world: World
  readonly #position: Int32Array
  /** Machines that are connected, in no order. */
  readonly connected: number[] = []
  readonly connectedAtSite: Int32Array
  /** Practices whose line is down. */
  readonly lineDown: Uint8Array
  /** How often each crash report is sent again. */
  copies = 0
  readonly #silenceNoticed: number
  readonly #reconnect: number
  readonly #lineBack: number

  constructor(world: World) {
    this.#world = world
    this.#position = new Int32Array(world.machines.count).fill(-1)
    this.connectedAtSite = new Int32Array(world.fleet.sites.length)
    this.lineDown = new Uint8Array(world.fleet.sites.length)
    this.#silenceNoticed = world.queue.register((machine) => this.#noticeSilence(machine))
    this.#reconnect = world.queue.register((machine, life) => this.#comeBack(machine, life))
    this.#lineBack = world.queue.register((site) => this.#restoreLine(site))
  }

  isConnected(machine: number): boolean {
    return this.#position[machine]! >= 0
  }

  /** Connects where Windows runs and the way is free, and says how the last boot ended. */
  connect(machine: number): void {
    const { machines, fleet, sink } = this.#world
    const site = fleet.siteOf[machine]!
    if (this.isConnected(machine) || !machines.on[machine] || !machines.network[machine] || this.lineDown[site]) return
    this.#position[machine] = this.connected.push(machine) - 1
    this.connectedAtSite[site]!++
    const greeting = this.#greeting(machine)
    machines.toldBoot[machine] = machines.boot[machine]!
    sink.connected(machine, greeting)
    if (greeting.crash) for (let i = 0; i < this.copies; i++) sink.repeated(machine, greeting)
  }

  /** The machine says goodbye and closes. */
  leave(machine: number, reason: 'shutdown' | 'restart'): void {
    if (this.#remove(machine)) this.#world.sink.goodbye(machine, reason)
  }

  /** The machine stops talking; silence is noticed after the timeout. */
  vanish(machine: number): void {
    if (!this.#remove(machine)) return
    const { agent, machines, now, random } = this.#world
    const fast = agent.fast_s !== undefined && this.#changedWithin(machine, agent.fast_s)
    const timeout = fast ? random.uniform(...FAST_SILENCE_S) : random.uniform(agent.lost_min_s, agent.lost_max_s)
    const sinceHeartbeat = random.uniform(0, fast ? FAST_HEARTBEAT_S : agent.heartbeat_s)
    machines.lastHeard[machine] = Math.max(machines.lastReport[machine]!, now - sinceHeartbeat)
    this.#world.sink.vanished(machine)
    this.#world.after(timeout, this.#silenceNoticed, machine)
  }

  /** The machine runs on without a network, for so many seconds; Infinity for good. */
  cutOff(machine: number, seconds: number): void {
    this.#world.machines.network[machine] = 0
    this.vanish(machine)
    if (seconds < Infinity) this.#world.after(seconds, this.#reconnect, machine, this.#world.machines.life[machine]!)
  }

  /** A practice's line fails: everyone there vanishes at once. */
  cutLine(site: number, seconds: number): void {
    if (this.lineDown[site]) return
    this.lineDown[site] = 1
    const { first, count } = this.#world.fleet.sites[site]!
    for (let machine = first; machine < first + count; machine++) this.vanish(machine)
    this.#world.after(seconds, this.#lineBack, site)
  }

  /** Every connection is gone, and every machine comes back by itself. */
  restartCollector(): void {
    const { machines, fleet, random, sink } = this.#world
    const everyone = this.connected.splice(0)
    for (const machine of everyone) {
      this.#position[machine] = -1
      this.connectedAtSite[fleet.siteOf[machine]!] = 0
    }
    sink.collectorRestarted()
    for (const machine of everyone) {
      const wait = random.uniform(...RECONNECT_AFTER_COLLECTOR_S)
      this.#world.after(wait, this.#reconnect, machine, machines.life[machine]!)
    }
  }

  /** Whether sensor, content or Windows changed on this machine so recently. */
  #changedWithin(machine: number, seconds: number): boolean {
    const { machines, now } = this.#world
    const row = machine * SLOT_COUNT
    return [SLOT.sensor, SLOT.content, SLOT.os].some((slot) => now - machines.since[row + slot]! < seconds)
  }

  #remove(machine: number): boolean {
    const at = this.#position[machine]!
    if (at < 0) return false
    const last = this.connected.pop()!
    if (last !== machine) {
      this.connected[at] = last
      this.#position[last] = at
    }
    this.#position[machine] = -1
    this.connectedAtSite[this.#world.fleet.siteOf[machine]!]!--
    return true
  }

  #noticeSilence(machine: number): void {
    if (this.isConnected(machine)) return
    const { machines, fleet, sink } = this.#world
    sink.silent(machine, machines.lastHeard[machine]!, this.connectedAtSite[fleet.siteOf[machine]!]! > 0)
  }

  #comeBack(machine: number, life: number): void {
    const { machines } = this.#world
    if (life !== machines.life[machine] || !machines.on[machine]) return
    machines.network[machine] = 1
    this.connect(machine)
  }

  #restoreLine(site: number): void {
    const { machines, fleet, random } = this.#world
    this.lineDown[site] = 0
    const { first, count } = fleet.sites[site]!
    for (let machine = first; machine < first + count; machine++) {
      if (!machines.on[machine] || this.isConnected(machine)) continue
      this.#world.after(random.uniform(...RECONNECT_AFTER_LINE_S), this.#reconnect, machine, machines.life[machine]!)
    }
  }

  #greeting(machine: number): Greeting {
    const { machines } = this.#world
    const boot = machines.boot[machine]!
    if (machines.toldBoot[machine] === boot) return { boot, previousEnd: 'same', crash: null }
    const end = machines.previousEnd[machine]!
    if (end === CLEAN) return { boot, previousEnd: 'clean', crash: null }
    if (end !== BUGCHECK) return { boot, previousEnd: 'unexpected', crash: null }
    const crash = {
      number: machines.crashes[machine]!,
      at: machines.crashedAt[machine]!,
      uptime: machines.crashUptime[machine]!,
      driver: machines.crashDriver[machine] ?? 'ntoskrnl.exe',
      stopCode: machines.crashCode[machine] ?? '0x1',
    }
    return { boot, previousEnd: 'bugcheck', crash }
  }
}
