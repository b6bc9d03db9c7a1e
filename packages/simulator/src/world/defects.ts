import { hash01 } from '@pumphandle/shared/random'
import type { DefectSpec } from '../scenario/defect.ts'
import { type Slot } from '../scenario/parts.ts'
import { SLOT, SLOT_COUNT } from './components.ts'
import type { World } from './world.ts'

const ORDINARY = -1 // stands for an ordinary crash where a defect's number is expected
const SERVICE_DIES_S = [1, 10] as const
const LEAST_DELAY_S = 0.001

interface Condition {
  readonly slot: number
  readonly components: ReadonlySet<number>
}

/** A defect that ends this boot, and when. */
export interface Looping {
  readonly defect: DefectSpec
  readonly delay: number
}

/** What bad versions do to the machines that have them. */
export class Defects {
  readonly #world: World
  readonly #conditions: readonly (readonly Condition[])[]
  readonly #symptom: number
  readonly #serviceDies: number

  constructor(world: World) {
    this.#world = world
    this.#conditions = world.scenario.defects.map((defect) =>
      Object.entries(defect.when).map(([slot, versions]) => ({
        slot: SLOT[slot as Slot],
        components: new Set(
          [versions].flat().map((text) => world.fleet.components.internText(SLOT[slot as Slot], text)),
        ),
      })),
    )
    this.#symptom = world.queue.register((machine, life, defect) => this.#show(machine, life, defect))
    this.#serviceDies = world.queue.register((machine) => {
      if (world.network.isConnected(machine)) world.sink.serviceDied(machine)
    })
  }

  /** A defect that stops this machine from starting at all. */
  preventsBoot(machine: number): DefectSpec | null {
    for (const [i, defect] of this.#all().entries()) {
      if (defect.trigger !== 'boot' || defect.symptom !== 'noboot' || !this.#holds(i, machine)) continue
      this.#world.truth.failed(machine, i)
      return defect
    }
    return null
  }

  /** Windows started: plans the soonest symptom that this boot will end in, if any. */
  atBoot(machine: number): Looping | null {
    const { random, machines } = this.#world
    let soonest: (Looping & { index: number }) | null = null
    for (const [index, defect] of this.#all().entries()) {
      const acts =
        (defect.trigger === 'boot' || defect.repeat === 'every_boot') &&
        defect.symptom !== 'noboot' &&
        defect.symptom !== 'program_crash'
      if (!acts || !this.#holds(index, machine)) continue
      const delay = random.uniform(...defect.boot_delay_s)
      if (!soonest || delay < soonest.delay) soonest = { defect, delay, index }
    }
    if (soonest) this.#world.after(soonest.delay, this.#symptom, machine, machines.life[machine]!, soonest.index)
    return soonest
  }

  /** The first defect whose conditions this machine fulfils now. */
  holding(machine: number): DefectSpec | null {
    return this.#all().find((_, i) => this.#holds(i, machine)) ?? null
  }

  /**
   * A new version of this slot arrived: plans what it will do.
   * @returns whether it will do anything
   */
  onArrival(machine: number, slot: number): boolean {
    const { random, machines } = this.#world
    let planned = false
    for (const [i, defect] of this.#all().entries()) {
      if (defect.trigger !== 'arrival' || !this.#conditions[i]!.some((condition) => condition.slot === slot)) continue
      if (!this.#holds(i, machine)) continue
      const { min_s = 0, max_s, mean_s } = defect.delay
      const delay = mean_s === undefined ? random.uniform(min_s, max_s ?? min_s) : min_s + random.exponential(mean_s)
      this.#world.after(Math.max(LEAST_DELAY_S, delay), this.#symptom, machine, machines.life[machine]!, i)
      planned = true
    }
    return planned
  }

  /** A crash that has nothing to do with any new version. */
  ordinaryCrashAfter(seconds: number, machine: number): void {
    this.#world.after(seconds, this.#symptom, machine, this.#world.machines.life[machine]!, ORDINARY)
  }

  #all(): readonly DefectSpec[] {
    return this.#world.scenario.defects
  }

  #holds(index: number, machine: number): boolean {
    const defect = this.#all()[index]!
    const { machines, fleet, now, scenario } = this.#world
    if (machines.healed[machine]) return false
    if (defect.start_s !== undefined && now < defect.start_s) return false
    if (defect.stop_s !== undefined && now > defect.stop_s) return false
    if (defect.machines_mod !== undefined && machine % defect.machines_mod !== 0) return false
    const row = machine * SLOT_COUNT
    for (const { slot, components } of this.#conditions[index]!) {
      if (!components.has(machines.component[row + slot]!)) return false
    }
    const fraction = defect.fraction ?? 1
    if (fraction >= 1) return true
    const byPractice = hash01(machine * 17 + 3, index * 103 + scenario.seed) < defect.practice_correlation
    const who = byPractice ? fleet.siteOf[machine]! * 37 + 11 : machine * 31 + 7
    return hash01(who, index * 101 + scenario.seed) < fraction
  }

  #show(machine: number, life: number, index: number): void {
    const { machines, power, trouble } = this.#world
    const sameLife = life === machines.life[machine]
    if (index === ORDINARY) {
      if (sameLife) power.crash(machine, trouble.culprit(machine))
      return
    }
    const defect = this.#all()[index]!
    if (!machines.on[machine] || (!sameLife && !defect.persist_token) || !this.#holds(index, machine)) return
    this.#world.truth.failed(machine, index)
    this.#act(machine, defect)
  }

  #act(machine: number, defect: DefectSpec): void {
    const { machines, power, network, random } = this.#world
    switch (defect.symptom) {
      case 'crash': {
        const tired = defect.stuck_after !== undefined && machines.loops[machine]! >= defect.stuck_after
        const stuck = tired && random.chance(defect.stuck_prob)
        power.crash(machine, defect.driver ?? 'ntoskrnl.exe', defect.bugcheck, !stuck)
        if (defect.repeat === 'never') machines.healed[machine] = 1
        break
      }
      case 'forced_reboot':
        power.crash(machine, null)
        break
      case 'hang':
        power.hang(machine)
        break
      case 'netloss':
        network.cutOff(
          machine,
          defect.recover_mean_s === undefined ? Infinity : random.exponential(defect.recover_mean_s),
        )
        break
      case 'service_down':
        if (network.isConnected(machine)) {
          this.#world.after(random.uniform(...SERVICE_DIES_S), this.#serviceDies, machine)
        }
        break
      case 'program_crash':
        this.#world.programs.crash(machine)
        break
      case 'noboot': // acts when Windows starts, in preventsBoot
        break
    }
  }
}
