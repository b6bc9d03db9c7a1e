import { BUGCHECK, CLEAN, UNEXPECTED } from './machines.ts'
import { ordinaryStopCode } from './stop-codes.ts'
import type { World } from './world.ts'

const CONNECT_AFTER_BOOT_S = [3, 10] as const
const CONNECT_IN_LOOP_S = [5, 20] as const
const EARLY_CRASH_S = [20, 600] as const // ordinary crashes soon after a boot
const POWER_CYCLED_S = [600, 3600] as const // until somebody notices a frozen machine and holds its button
const BOOT_AFTER_POWER_S = [30, 240] as const
const RESTART_S = [90, 360] as const
const SLOW_RESTART_S = [400, 2400] as const
const RESTART_BY_PERSON_S = [3600, 40_000] as const

/** A boot that waits for whoever comes in the morning, whatever the machine did since. */
const ANY_LIFE = -1

/** Starts and ends of Windows. */
export class Power {
  readonly #world: World
  /** Practices without electricity. */
  readonly cut: Uint8Array
  readonly #waitingForPower = new Set<number>()
  readonly #boot: number
  readonly #shutDown: number
  readonly #connect: number
  readonly #powerBack: number

  constructor(world: World) {
    this.#world = world
    this.cut = new Uint8Array(world.fleet.sites.length)
    this.#boot = world.queue.register((machine, life) => this.#start(machine, life))
    this.#shutDown = world.queue.register((machine) => this.#switchOff(machine))
    this.#connect = world.queue.register((machine, life) => this.#afterBoot(machine, life))
    this.#powerBack = world.queue.register((site) => this.#restorePower(site))
  }

  /** Somebody switches the machine on, unless it is on by then. */
  bootAt(time: number, machine: number): void {
    this.#world.at(time, this.#boot, machine, ANY_LIFE)
  }

  /** Its user switches it off, unless it is off by then. */
  shutDownAt(time: number, machine: number): void {
    this.#world.at(time, this.#shutDown, machine)
  }

  /** Windows stops without warning: with a driver to blame a bugcheck, without one an unexpected end. */
  crash(machine: number, driver: string | null, stopCode?: string, reboots = true): void {
    const { machines, now, agent, random } = this.#world
    if (!machines.on[machine]) return
    machines.crashedAt[machine] = now
    machines.crashUptime[machine] = now - machines.bootedAt[machine]!
    machines.crashes[machine]!++
    machines.crashDriver[machine] = driver
    machines.crashCode[machine] = driver === null ? null : (stopCode ?? ordinaryStopCode(driver))
    this.#end(machine, driver === null ? UNEXPECTED : BUGCHECK)
    this.#world.network.vanish(machine)
    if (driver !== null) this.#world.confounders.afterCrash(machine)
    if (reboots) this.#bootAfter(random.uniform(...agent.boot_s), machine)
  }

  /** The machine freezes until somebody holds its power button. */
  hang(machine: number): void {
    this.#end(machine, UNEXPECTED)
    this.#world.network.vanish(machine)
    this.#bootAfter(this.#world.random.uniform(...POWER_CYCLED_S), machine)
  }

  /** A wanted restart, with its goodbye. Most are back in minutes; some are slow, some wait for a person. */
  restart(machine: number): void {
    const { random, background } = this.#world
    this.#end(machine, CLEAN)
    this.#world.network.leave(machine, 'restart')
    const luck = random.next()
    const [from, to] =
      luck < background.restart_never
        ? RESTART_BY_PERSON_S
        : luck < background.restart_never + background.restart_slow
          ? SLOW_RESTART_S
          : RESTART_S
    this.#bootAfter(random.uniform(from, to), machine)
  }

  /** Electricity fails at a practice: every machine that runs goes dark at once. */
  cutPower(site: number, seconds: number): void {
    if (this.cut[site]) return
    this.cut[site] = 1
    const { machines, fleet, network } = this.#world
    const { first, count } = fleet.sites[site]!
    for (let machine = first; machine < first + count; machine++) {
      if (!machines.on[machine]) continue
      this.#end(machine, UNEXPECTED)
      this.#waitingForPower.add(machine)
    }
    for (let machine = first; machine < first + count; machine++) network.vanish(machine)
    this.#world.after(seconds, this.#powerBack, site)
  }

  /** Machines that are on when the scenario begins. */
  beginOn(machine: number): void {
    this.#world.machines.on[machine] = 1
    this.#world.network.connect(machine)
  }

  #end(machine: number, how: number): void {
    const { machines } = this.#world
    machines.on[machine] = 0
    machines.previousEnd[machine] = how
    machines.life[machine]!++
  }

  #bootAfter(seconds: number, machine: number): void {
    this.#world.after(seconds, this.#boot, machine, this.#world.machines.life[machine]!)
  }

  #start(machine: number, life: number): void {
    const { machines, fleet, defects, now, random } = this.#world
    if (machines.on[machine] || this.cut[fleet.siteOf[machine]!]) return
    if (life !== ANY_LIFE && life !== machines.life[machine]) return
    const dead = defects.preventsBoot(machine)
    if (dead) {
      machines.life[machine]!++
      if (dead.recover_mean_s === undefined) return
      this.#bootAfter(random.exponential(dead.recover_mean_s), machine)
      machines.healed[machine] = 1
      return
    }
    machines.on[machine] = 1
    machines.network[machine] = 1
    machines.boot[machine]!++
    machines.life[machine]!++
    machines.bootedAt[machine] = now
    const looping = defects.atBoot(machine)
    if (looping) {
      machines.loops[machine]!++
      if (random.chance(looping.defect.report_prob)) {
        const wait = Math.min(looping.delay - 1, random.uniform(...CONNECT_IN_LOOP_S))
        this.#world.after(Math.max(0, wait), this.#connect, machine, machines.life[machine]!)
      }
      return
    }
    machines.loops[machine] = 0
    this.#world.after(random.uniform(...CONNECT_AFTER_BOOT_S), this.#connect, machine, machines.life[machine]!)
    if (random.chance(this.#world.trouble.earlyCrashChance())) {
      defects.ordinaryCrashAfter(random.uniform(...EARLY_CRASH_S), machine)
    }
  }

  #afterBoot(machine: number, life: number): void {
    const { machines, network, rollouts, defects } = this.#world
    if (life !== machines.life[machine] || !machines.on[machine]) return
    const looping = machines.loops[machine]! > 0 ? defects.holding(machine) : null
    network.connect(machine)
    rollouts.catchUp(machine, looping)
  }

  #switchOff(machine: number): void {
    const { machines, fleet, network, background, random } = this.#world
    if (fleet.alwaysOn[machine] || !machines.on[machine]) return
    this.#end(machine, CLEAN)
    if (random.chance(background.bye_prob)) network.leave(machine, 'shutdown')
    else network.vanish(machine)
  }

  #restorePower(site: number): void {
    this.cut[site] = 0
    const { first, count } = this.#world.fleet.sites[site]!
    for (let machine = first; machine < first + count; machine++) {
      if (!this.#waitingForPower.delete(machine)) continue
      this.#bootAfter(this.#world.random.uniform(...BOOT_AFTER_POWER_S), machine)
    }
  }
}
