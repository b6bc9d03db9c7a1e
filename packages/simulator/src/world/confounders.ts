import type { ConfounderOf, ConfounderSpec } from '../scenario/confounder.ts'
import type { Slot } from '../scenario/parts.ts'
import { SLOT, SLOT_COUNT } from './components.ts'
import type { World } from './world.ts'

const STAGE_BEGINS_S = 0.01
const DAY_S = 86_400
/** What two machines of one image differ in after a while. */
const CLONED = [SLOT.sensor, SLOT.content, SLOT.os]

/** What looks like a bad version and is none. */
export class Confounders {
  readonly #world: World
  readonly #begin: number
  readonly #crash: number
  readonly #sleep: number
  readonly #badHardware: number
  readonly #program: number
  readonly #remedy: number
  readonly #clone: number
  readonly #heat: number
  /** Machines whose identity another has too: what the other has, and what they have themselves. */
  readonly #clones: { machine: number; rows: readonly [readonly number[], readonly number[]] }[] = []
  /** What technicians install on machines that crash now: the roll-out's component, and until when. */
  readonly #remedies: { spec: ConfounderOf<'remedy'>; component: number; until: number }[] = []

  constructor(world: World) {
    this.#world = world
    const spec = (i: number) => world.scenario.confounders[i]!
    this.#begin = world.queue.register((i) => this.apply(spec(i), i))
    this.#crash = world.queue.register((machine, i) => {
      const driver = i < 0 ? null : (spec(i) as ConfounderOf<'flaky_machine'>).driver
      world.power.crash(machine, driver ?? world.trouble.culprit(machine))
    })
    this.#sleep = world.queue.register((machine, seconds) => {
      if (world.network.isConnected(machine)) world.network.cutOff(machine, seconds)
    })
    this.#program = world.queue.register((machine) => world.programs.crash(machine))
    this.#remedy = world.queue.register((machine, remedy) => {
      const { spec, component } = this.#remedies[remedy]!
      world.rollouts.put(machine, SLOT[spec.slot], component)
    })
    this.#clone = world.queue.register((clone, turn, i) => this.#speakInTurn(clone, turn, i))
    this.#heat = world.queue.register((begins, i) => {
      const { factor } = spec(i) as ConfounderOf<'heat'>
      world.trouble.multiplyCrashes(begins ? factor : 1 / factor)
    })
    this.#badHardware = world.queue.register((i) => this.#crashHardware(spec(i) as ConfounderOf<'bad_hw_driver'>, i))
  }

  schedule(): void {
    this.#world.scenario.confounders.forEach((confounder, i) => this.#world.at(confounder.at_s, this.#begin, i))
  }

  /** A machine stopped with a blue screen: a technician may come. */
  afterCrash(machine: number): void {
    const { now, random } = this.#world
    this.#remedies.forEach(({ spec, until }, i) => {
      if (now > until || !random.chance(spec.share)) return
      this.#world.after(random.exponential(spec.mean_s), this.#remedy, machine, i)
    })
  }

  /** @param index where it is listed in the scenario, -1 when it is the calendar's */
  apply(spec: ConfounderSpec, index = -1): void {
    const { network, outages, power, rollouts, trouble, random, fleet, machines, now } = this.#world
    switch (spec.type) {
      case 'power_cut': {
        const sites = spec.site === undefined ? outages.drawSites(spec.sites, spec.region) : [spec.site]
        for (const site of this.#existing(sites)) outages.power(site, spec.spread_s, spec.duration_s)
        break
      }
      case 'wan_outage':
        this.#cutLines(spec)
        break
      case 'vendor_wan':
        for (const site of this.#sitesOfProduct(spec.product, spec.region).slice(0, spec.sites)) {
          network.cutLine(site, spec.duration_s)
        }
        break
      case 'storm': {
        const regions = spec.region === undefined ? [random.below(fleet.sitesOfRegion.length)] : [spec.region].flat()
        for (const region of regions) outages.storm(region, spec.share, spec.spread_s, spec.duration_s)
        break
      }
      case 'collector_restart':
        network.restartCollector()
        break
      case 'flaky_machine': {
        const machine = (spec.machine ?? random.below(machines.count)) % machines.count
        for (let i = 0; i < spec.crashes; i++) {
          this.#world.after((spec.over_s * (i + 0.5)) / spec.crashes, this.#crash, machine, index)
        }
        break
      }
      case 'patch_reboot': {
        const { version, window_s, mean_s, scope, share } = spec
        const plan = {
          slot: 'os',
          version,
          activate: 'restart',
          restart_window_s: window_s,
          arrival: { mean_s },
        } as const
        rollouts.launch(scope ? { ...plan, scope } : plan, share)
        break
      }
      case 'benign_rollout': {
        const { type: _, at_s: __, ...plan } = spec
        rollouts.plan(plan, now + STAGE_BEGINS_S)
        break
      }
      case 'duplicates':
        network.copies = spec.copies
        break
      case 'clock_skew':
        for (let machine = 0; machine < machines.count; machine++) {
          if (random.chance(spec.share)) machines.clockSkew[machine] = spec.offset_s
        }
        break
      case 'crash_multiplier':
        trouble.multiplyCrashes(spec.factor)
        break
      case 'heat':
        this.#plan(spec, index)
        break
      case 'program_wave':
        this.#crashPrograms(spec)
        break
      case 'remedy': {
        const { slot, version, fam, product, duration_s } = spec
        const component = fleet.components.intern(SLOT[slot], fam ?? product ?? 'windows', version)
        this.#remedies.push({ spec, component, until: now + duration_s })
        break
      }
      case 'clone':
        for (let n = 0; n < spec.machines; n++) {
          const machine = random.below(machines.count)
          const rowOf = (of: number) => CLONED.map((slot) => this.#componentOf(of, slot))
          const clone = this.#clones.push({ machine, rows: [rowOf(random.below(machines.count)), rowOf(machine)] }) - 1
          this.#world.after(spec.every_s, this.#clone, clone, 0, index)
        }
        break
      case 'mass_logoff':
        for (const machine of network.connected) {
          if (!fleet.alwaysOn[machine] && random.chance(spec.share)) {
            power.shutDownAt(now + random.uniform(0, spec.spread_s), machine)
          }
        }
        break
      case 'silent_sleep':
        this.#sleepSilently(spec)
        break
      case 'bad_hw_driver':
        this.#world.after(1, this.#badHardware, index)
        break
    }
  }

  /** Hot hours of so many days, from the day on which it begins. */
  #plan(spec: ConfounderOf<'heat'>, index: number): void {
    const { startedAt } = this.#world
    const midnight = Math.floor((startedAt / 1000 + spec.at_s) / DAY_S) * DAY_S - startedAt / 1000
    for (let day = 0; day < spec.days; day++) {
      const begins = midnight + day * DAY_S + spec.from_h * 3600
      if (begins < spec.at_s) continue
      this.#world.at(begins, this.#heat, 1, index)
      this.#world.at(begins + (spec.to_h - spec.from_h) * 3600, this.#heat, 0, index)
    }
  }

  #crashPrograms(spec: ConfounderOf<'program_wave'>): void {
    const { fleet, network, random } = this.#world
    for (const machine of network.connected) {
      const component = this.#componentOf(machine, SLOT.app)
      if (component < 0 || (spec.is !== undefined && fleet.components.keys[component] !== `app:${spec.is}`)) continue
      if (random.chance(spec.share)) this.#world.after(random.uniform(0, spec.spread_s), this.#program, machine)
    }
  }

  /** The other machine of the same identity speaks, with the versions that it has; then the first one again. */
  #speakInTurn(clone: number, turn: number, index: number): void {
    const { network, rollouts, now } = this.#world
    const { at_s, duration_s, every_s } = this.#world.scenario.confounders[index] as ConfounderOf<'clone'>
    if (now > at_s + duration_s) return
    const { machine, rows } = this.#clones[clone]!
    if (network.isConnected(machine)) {
      CLONED.forEach((slot, i) => {
        const component = rows[turn % 2]![i]!
        if (component !== this.#componentOf(machine, slot)) rollouts.put(machine, slot, component)
      })
    }
    this.#world.after(every_s, this.#clone, clone, turn + 1, index)
  }

  #componentOf(machine: number, slot: number): number {
    return this.#world.machines.component[machine * SLOT_COUNT + slot]!
  }

  #cutLines(spec: ConfounderOf<'wan_outage'>): void {
    const { outages } = this.#world
    if (spec.region !== undefined) {
      for (const region of [spec.region].flat()) outages.region(region, spec.share, spec.spread_s, spec.duration_s)
      return
    }
    const sites = spec.site === undefined ? outages.drawSites(spec.sites, undefined) : [spec.site]
    for (const site of this.#existing(sites)) outages.line(site, spec.spread_s, spec.duration_s)
  }

  #existing(sites: readonly number[]): readonly number[] {
    return sites.filter((site) => site < this.#world.fleet.sites.length)
  }

  /** Practices whose first machine has the product. */
  #sitesOfProduct(product: string, region: number | undefined): number[] {
    const { fleet, spec } = this.#world
    const stack = spec.stacks.findIndex((candidate) => candidate.product === product)
    return fleet.sites.flatMap((site, i) =>
      fleet.stackOf[site.first] === stack && (region === undefined || site.region === region) ? [i] : [],
    )
  }

  /** Machines fall asleep without a goodbye. */
  #sleepSilently(spec: ConfounderOf<'silent_sleep'>): void {
    const { network, fleet, random } = this.#world
    const stack = this.#world.spec.stacks.findIndex((candidate) => candidate.product === spec.product)
    for (const machine of network.connected) {
      if (spec.region !== undefined && fleet.sites[fleet.siteOf[machine]!]!.region !== spec.region) continue
      if (spec.product !== undefined && fleet.stackOf[machine] !== stack) continue
      if (!random.chance(spec.share)) continue
      this.#world.after(random.uniform(0, spec.spread_s), this.#sleep, machine, Math.round(spec.duration_s))
    }
  }

  /** Machines with one piece of hardware crash now and then, at a rate of their own. */
  #crashHardware(spec: ConfounderOf<'bad_hw_driver'>, index: number): void {
    const { fleet, machines, network, power, random } = this.#world
    const slot = SLOT[spec.slot as Slot]
    const wanted = `${spec.slot}:${spec.is}`
    const having: number[] = []
    for (let machine = 0; machine < machines.count; machine++) {
      const component = machines.component[machine * SLOT_COUNT + slot]!
      if (component >= 0 && fleet.components.keys[component] === wanted) having.push(machine)
    }
    const machine = having[random.below(having.length)]
    if (machine !== undefined && network.isConnected(machine)) power.crash(machine, spec.driver)
    const perSecond = (spec.per_device_hour * having.length) / 3600
    if (perSecond > 0) this.#world.after(random.exponential(1 / perSecond), this.#badHardware, index)
  }
}
