import { driverOfFamily, SLOT, SLOT_COUNT } from './components.ts'
import type { World } from './world.ts'

const YEAR_S = 31_557_600
/** Hours that a machine of the background's rates is on in a week. */
const ONLINE_HOURS_A_WEEK = 45
const HARDWARE_SPREAD = 3 // crashes are drawn this much too often, then thinned by the hardware's own factor
const LINE_SPREAD = 4 // silences are drawn this much too often, then thinned by the practice's line quality
const SHORT_SILENCE = 0.7 // of silences last under two minutes
const SHORT_SILENCE_S = [20, 120] as const
const LONG_SILENCE_MEAN_S = 1200
const BLIP_S = [2, 20] as const
const BLIP_NOTICED_S = 5
const POWER_CUT_S = [120, 7200] as const
const LINE_CUT_S = [60, 7200] as const
const EARLY_CRASH_WINDOW_S = 600
const RARE_DRIVERS = 60
const LOOK_AGAIN_S = 3600

/** Something that happens at a rate; what was planned before the rate was changed from outside no longer counts. */
interface Steady {
  kind: number
  readonly perSecond: () => number
  plan: number
}

/** The trouble that a fleet always has: crashes, silences, power cuts, and good updates in the midst of it. */
export class Trouble {
  readonly #world: World
  readonly #lineQuality: Float64Array
  readonly #steady: Steady[] = []
  readonly #content: number
  /** Ordinary crashes of a machine without a fault of its own, per second that it is on. */
  #crashesPerSecond: number
  #dayFactor = 1
  #updates = 0

  constructor(world: World) {
    this.#world = world
    const { background, random, queue } = world
    const flakyWeight = 1 + background.flaky_share * background.flaky_mult
    this.#crashesPerSecond = background.crash_per_device_week / (ONLINE_HOURS_A_WEEK * 3600) / flakyWeight
    const sigma = background.site_loss_sigma
    this.#lineQuality = Float64Array.from(world.fleet.sites, () =>
      Math.min(LINE_SPREAD, Math.exp(sigma * random.normal() - sigma ** 2 / 2)),
    )
    const connected = () => world.network.connected.length
    const sites = world.fleet.sites.length
    this.#every(
      () => this.#crashesPerSecond * this.#dayFactor * HARDWARE_SPREAD * connected(),
      () => this.#ordinaryCrash(),
    )
    this.#every(
      () => this.#crashesPerSecond * background.flaky_mult * world.fleet.flaky.length,
      () => this.#flakyCrash(),
    )
    this.#every(
      () => (background.loss_per_hour * LINE_SPREAD * connected()) / 3600,
      () => this.#silence(),
    )
    this.#every(
      () => (background.unclean_per_hour * connected()) / 3600,
      () => this.#onConnected((machine) => world.power.crash(machine, null)),
    )
    if (world.agent.fast_s !== undefined) {
      this.#every(
        () => (background.blip_per_hour * connected()) / 3600,
        () => this.#blip(),
      )
    }
    this.#every(
      () => (background.power_cut_site_year * sites) / YEAR_S,
      () => world.power.cutPower(random.below(sites), random.uniform(...POWER_CUT_S)),
    )
    this.#every(
      () => (background.wan_site_year * sites) / YEAR_S,
      () => world.network.cutLine(random.below(sites), random.uniform(...LINE_CUT_S)),
    )
    const perWeek = (rate: number) => (rate * connected()) / (ONLINE_HOURS_A_WEEK * 3600)
    this.#every(
      () => perWeek(background.program_crash_per_device_week),
      () => this.#onConnected((machine) => world.programs.crash(machine)),
    )
    this.#every(
      () => perWeek(background.service_death_per_device_week),
      () => this.#onConnected((machine) => world.sink.serviceDied(machine)),
    )
    this.#content = queue.register((stack) => this.#updateContent(stack))
  }

  schedule(): void {
    for (const steady of this.#steady) this.#planNext(steady)
    this.#world.spec.stacks.forEach((_, stack) => this.#planContent(stack))
  }

  /** A new day: crash rates of the whole fleet differ from day to day. */
  newDay(): void {
    const { random, background } = this.#world
    this.#dayFactor = Math.exp(background.day_sigma * random.normal() - background.day_sigma ** 2 / 2)
  }

  /** Everybody crashes so many times as often from now on. */
  multiplyCrashes(factor: number): void {
    this.#crashesPerSecond *= factor
    for (const steady of this.#steady) {
      steady.plan++
      this.#planNext(steady)
    }
  }

  earlyCrashChance(): number {
    return this.#world.background.post_boot_mult * this.#crashesPerSecond * EARLY_CRASH_WINDOW_S
  }

  /** The driver that an ordinary crash blames: often Windows or the graphics driver, else one of a long tail. */
  culprit(machine: number): string {
    const { random, machines, fleet, spec } = this.#world
    const of = (slot: number): string | null => {
      const component = machines.component[machine * SLOT_COUNT + slot]!
      return component < 0 ? null : driverOfFamily(fleet.components.families[component]!)
    }
    const luck = random.next()
    const known =
      luck < 0.3
        ? 'ntoskrnl.exe'
        : luck < 0.45
          ? of(SLOT.gpu)
          : luck < 0.53
            ? of(SLOT.nic)
            : luck < 0.55
              ? (spec.stacks[fleet.stackOf[machine]!]!.driver ?? null)
              : luck < 0.57
                ? of(SLOT.enc)
                : luck < 0.6
                  ? of(SLOT.print)
                  : null
    return known ?? `tail${Math.floor(RARE_DRIVERS * random.next() ** 2)}.sys`
  }

  /** Something that happens at a rate which may change: the wait for the next is drawn when one has happened. */
  #every(perSecond: () => number, happen: () => void): void {
    const steady: Steady = { kind: -1, perSecond, plan: 0 }
    steady.kind = this.#world.queue.register((idle, plan) => {
      if (plan !== steady.plan) return
      if (idle === 0) happen()
      this.#planNext(steady)
    })
    this.#steady.push(steady)
  }

  /** A rate of zero may rise, when the first machines are switched on in the morning: then it is looked at again. */
  #planNext({ kind, perSecond, plan }: Steady): void {
    const rate = perSecond()
    if (rate <= 0) this.#world.after(LOOK_AGAIN_S, kind, 1, plan)
    else this.#world.after(Math.min(YEAR_S, this.#world.random.exponential(1 / rate)), kind, 0, plan)
  }

  #onConnected(run: (machine: number) => void): void {
    const { connected } = this.#world.network
    if (connected.length > 0) run(connected[this.#world.random.below(connected.length)]!)
  }

  #ordinaryCrash(): void {
    const { fleet, power, random } = this.#world
    this.#onConnected((machine) => {
      if (!random.chance(Math.min(1, fleet.crashFactor[machine]! / HARDWARE_SPREAD))) return
      power.crash(machine, this.culprit(machine))
    })
  }

  #flakyCrash(): void {
    const { fleet, network, power, random } = this.#world
    const machine = fleet.flaky[random.below(fleet.flaky.length)]
    if (machine !== undefined && network.isConnected(machine)) power.crash(machine, this.culprit(machine))
  }

  #silence(): void {
    const { fleet, network, random } = this.#world
    this.#onConnected((machine) => {
      if (random.next() * LINE_SPREAD >= this.#lineQuality[fleet.siteOf[machine]!]!) return
      const seconds = random.chance(SHORT_SILENCE)
        ? random.uniform(...SHORT_SILENCE_S)
        : random.exponential(LONG_SILENCE_MEAN_S)
      network.cutOff(machine, seconds)
    })
  }

  /** A pause of seconds, which is noticed only while heartbeats come fast after a change. */
  #blip(): void {
    const { machines, now, agent, random, network } = this.#world
    this.#onConnected((machine) => {
      const row = machine * SLOT_COUNT
      const changed = [SLOT.sensor, SLOT.content, SLOT.os].some(
        (slot) => now - machines.since[row + slot]! < agent.fast_s!,
      )
      const seconds = random.uniform(...BLIP_S)
      if (changed && seconds > BLIP_NOTICED_S) network.cutOff(machine, seconds)
    })
  }

  #planContent(stack: number): void {
    const perDay = this.#world.background.content_updates_per_day
    if (perDay > 0) this.#world.after(this.#world.random.exponential(86_400 / perDay), this.#content, stack)
  }

  #updateContent(stack: number): void {
    const { rollouts, spec } = this.#world
    if (!rollouts.isSteered(stack)) {
      const { product } = spec.stacks[stack]!
      rollouts.launch({ slot: 'content', product, version: `auto-${++this.#updates}` })
    }
    this.#planContent(stack)
  }
}
