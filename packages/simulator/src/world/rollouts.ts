import { hash01 } from '@pumphandle/shared/random'
import type { DefectSpec } from '../scenario/defect.ts'
import type { Slot } from '../scenario/parts.ts'
import type { RolloutSpec, Scope } from '../scenario/rollout.ts'
import { SLOT, SLOT_COUNT } from './components.ts'
import type { World } from './world.ts'

/** Slots whose updates a machine fetches after each boot; drivers come only to machines that are on. */
const FETCHED_AT_BOOT = [SLOT.sensor, SLOT.content, SLOT.os]
const FETCH_AFTER_BOOT_S = [2, 90] as const
const FETCH_IN_LOOP_S = [2, 6] as const
const RESTART_SOONEST_S = 30
/** Older updates of a product that machines may still be missing; those before are forgotten. */
const KEPT_PER_PRODUCT = 6

/** What a roll-out needs to know of its specification. */
export type RolloutPlan = Pick<RolloutSpec, 'slot' | 'version'> & Partial<Omit<RolloutSpec, 'slot' | 'version'>>

interface Rollout {
  readonly plan: RolloutPlan
  readonly slot: number
  readonly component: number
  /** Position of its product in the stacks; -1 when it is for every machine. */
  readonly stack: number
  /** Rises with each roll-out that starts: a machine takes none that is older than what it has. */
  order: number
  share: number
  withdrawn: boolean
}

/** New versions on their way to machines. */
export class Rollouts {
  readonly #world: World
  readonly #rollouts: Rollout[] = []
  /** Started ones by slot, oldest first. */
  readonly #bySlot: Rollout[][] = Array.from({ length: SLOT_COUNT }, () => [])
  /** Products whose content a scenario steers: no ordinary updates any more. */
  readonly #steered = new Set<number>()
  readonly #byOrder: Rollout[] = []
  readonly #stage: number
  readonly #revert: number
  readonly #arrive: number
  readonly #restart: number
  readonly #report: number

  constructor(world: World) {
    this.#world = world
    this.#stage = world.queue.register((rollout, stage) => this.#beginStage(this.#rollouts[rollout]!, stage))
    this.#revert = world.queue.register((rollout) => this.#withdraw(this.#rollouts[rollout]!))
    this.#arrive = world.queue.register((machine, order) => this.#arriveAt(machine, order))
    this.#restart = world.queue.register((machine, order, life) =>
      this.#restartInto(machine, this.#byOrder[order]!, life),
    )
    this.#report = world.queue.register((machine, slot) => this.#reportChange(machine, slot))
  }

  /** Plans the roll-outs that the scenario names. */
  schedule(): void {
    for (const spec of this.#world.scenario.rollouts) this.plan(spec, spec.at_s)
  }

  /** Plans a roll-out in stages from a time on. */
  plan(plan: RolloutPlan, at: number): void {
    const index = this.#add(plan)
    const stages = plan.stages ?? [{ at_s: 0, share: 1 }]
    stages.forEach((stage, i) => this.#world.at(at + stage.at_s, this.#stage, index, i))
    if (plan.revert_at_s !== undefined) this.#world.at(plan.revert_at_s, this.#revert, index)
  }

  /** Sends a version to everyone it is meant for, from now on. */
  launch(plan: RolloutPlan, share = 1): void {
    const rollout = this.#rollouts[this.#add(plan)]!
    this.#begin(rollout)
    this.#offer(rollout, share)
  }

  isSteered(stack: number): boolean {
    return this.#steered.has(stack)
  }

  /** A machine is back: it fetches what it missed, unless its boot ends too soon. */
  catchUp(machine: number, looping: DefectSpec | null): void {
    const { random } = this.#world
    for (const slot of FETCHED_AT_BOOT) {
      const rollout = this.#due(machine, slot)
      if (!rollout || (looping && !random.chance(looping.recover_prob_per_boot))) continue
      const [soonest, latest] = looping ? FETCH_IN_LOOP_S : FETCH_AFTER_BOOT_S
      const wait = random.uniform(soonest, latest)
      this.#world.after(wait, this.#arrive, machine, rollout.order, slot)
    }
  }

  /** One machine is given this version by hand, from outside every roll-out. */
  put(machine: number, slot: number, component: number): void {
    const { machines, network, sink, now } = this.#world
    const cell = machine * SLOT_COUNT + slot
    machines.component[cell] = component
    machines.since[cell] = now
    if (network.isConnected(machine)) sink.componentChanged(machine, slot)
  }

  #add(plan: RolloutPlan): number {
    const slot = SLOT[plan.slot as Slot]
    const family = plan.fam ?? plan.product ?? 'windows'
    return (
      this.#rollouts.push({
        plan,
        slot,
        component: this.#world.fleet.components.intern(slot, family, plan.version),
        stack: this.#world.spec.stacks.findIndex((stack) => stack.product === plan.product),
        order: -1,
        share: 0,
        withdrawn: false,
      }) - 1
    )
  }

  #begin(rollout: Rollout): void {
    rollout.order = this.#byOrder.push(rollout) - 1
    const line = this.#bySlot[rollout.slot]!
    line.push(rollout)
    if (rollout.slot !== SLOT.content || rollout.stack < 0) return
    const ofProduct = line.filter((other) => other.stack === rollout.stack)
    if (ofProduct.length > KEPT_PER_PRODUCT) line.splice(line.indexOf(ofProduct[0]!), 1)
  }

  #beginStage(rollout: Rollout, stage: number): void {
    if (rollout.withdrawn) return
    if (rollout.order < 0) {
      this.#begin(rollout)
      if (rollout.stack >= 0 && rollout.slot === SLOT.content) this.#steered.add(rollout.stack)
    }
    this.#offer(rollout, rollout.plan.stages?.[stage]?.share ?? 1)
  }

  #withdraw(rollout: Rollout): void {
    rollout.withdrawn = true
    const { slot, product, fam, scope, arrival, revert_version } = rollout.plan
    const next: RolloutPlan = { slot, version: revert_version ?? 'revert' }
    // a scope on the slot that it changed now fits whom it did not reach: meant are those that have what is withdrawn
    const withdrawn = this.#world.fleet.components.keys[rollout.component]!.slice(slot.length + 1)
    const reached = scope?.slot === slot ? { ...scope, is: withdrawn } : scope
    this.launch({ ...next, ...pickDefined({ product, fam, scope: reached, arrival }) })
  }

  /** The roll-out reaches this share of its machines; those that are on begin to fetch it. */
  #offer(rollout: Rollout, share: number): void {
    rollout.share = share
    const { machines, fleet, random, background } = this.#world
    const { mean_s = background.content_mean_s, max_s } = rollout.plan.arrival ?? {}
    for (let machine = 0; machine < machines.count; machine++) {
      if (rollout.stack >= 0 && fleet.stackOf[machine] !== rollout.stack) continue
      if (!machines.on[machine] || this.#due(machine, rollout.slot) !== rollout) continue
      const wait = max_s === undefined ? random.exponential(mean_s) : random.uniform(0, max_s)
      this.#world.after(wait, this.#arrive, machine, rollout.order, rollout.slot)
    }
  }

  /** The newest roll-out of a slot that is meant for this machine and that it does not have. */
  #due(machine: number, slot: number): Rollout | null {
    const { machines, fleet } = this.#world
    const line = this.#bySlot[slot]!
    const taken = machines.taken[machine * SLOT_COUNT + slot]!
    for (let i = line.length - 1; i >= 0; i--) {
      const rollout = line[i]!
      if (rollout.withdrawn) continue
      if (rollout.order <= taken) return null
      if (rollout.stack >= 0 && fleet.stackOf[machine] !== rollout.stack) continue
      if (rollout.plan.scope && !this.#inScope(rollout.plan.scope, machine)) continue
      if (rollout.share >= 1 || hash01(machine, 911 + rollout.order) < rollout.share) return rollout
    }
    return null
  }

  #inScope(scope: Scope, machine: number): boolean {
    const { machines, fleet } = this.#world
    const site = fleet.siteOf[machine]!
    if (scope.sites !== undefined && site >= scope.sites) return false
    if (scope.region !== undefined && fleet.sites[site]!.region !== scope.region) return false
    if (scope.always_on && !fleet.alwaysOn[machine]) return false
    if (scope.slot === undefined) return true
    const component = machines.component[machine * SLOT_COUNT + SLOT[scope.slot]]!
    return component >= 0 && fleet.components.keys[component] === `${scope.slot}:${scope.is}`
  }

  #arriveAt(machine: number, order: number): void {
    const { machines, random, defects, agent, network } = this.#world
    const rollout = this.#byOrder[order]!
    if (!machines.on[machine] || rollout.withdrawn) return
    if (this.#due(machine, rollout.slot) !== rollout) return
    const cell = machine * SLOT_COUNT + rollout.slot
    machines.taken[cell] = order
    if (rollout.plan.activate === 'restart') {
      const wait = random.uniform(RESTART_SOONEST_S, rollout.plan.restart_window_s ?? 3600)
      this.#world.after(wait, this.#restart, machine, order, machines.life[machine]!)
      return
    }
    this.#install(rollout, machine)
    // a machine that stays well reports within seconds, which changes nothing; for the others seconds decide
    if (defects.onArrival(machine, rollout.slot)) {
      this.#world.after(random.uniform(...agent.watch_s), this.#report, machine, rollout.slot)
    } else if (network.isConnected(machine)) {
      this.#world.sink.componentChanged(machine, rollout.slot)
    }
  }

  /** The new version takes effect with a restart, unless the machine was switched off meanwhile. */
  #restartInto(machine: number, rollout: Rollout, life: number): void {
    const { machines, network, power, sink } = this.#world
    if (!machines.on[machine] || life !== machines.life[machine]) {
      machines.taken[machine * SLOT_COUNT + rollout.slot] = -1
      return
    }
    this.#install(rollout, machine)
    if (network.isConnected(machine)) sink.componentChanged(machine, rollout.slot)
    power.restart(machine)
  }

  #install(rollout: Rollout, machine: number): void {
    const cell = machine * SLOT_COUNT + rollout.slot
    this.#world.machines.component[cell] = rollout.component
    this.#world.machines.since[cell] = this.#world.now
  }

  #reportChange(machine: number, slot: number): void {
    if (!this.#world.network.isConnected(machine)) return
    this.#world.machines.lastReport[machine] = this.#world.now
    this.#world.sink.componentChanged(machine, slot)
  }
}

function pickDefined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
