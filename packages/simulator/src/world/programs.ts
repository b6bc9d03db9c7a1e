import { SLOT, SLOT_COUNT } from './components.ts'
import type { World } from './world.ts'

/** Programs that crash while Windows runs on. */
export class Programs {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** The machine's clinical program crashes, if it has one and can tell. */
  crash(machine: number): void {
    const { machines, fleet, network, sink, now } = this.#world
    const component = machines.component[machine * SLOT_COUNT + SLOT.app]!
    if (component < 0 || !network.isConnected(machine)) return
    const { families, versions } = fleet.components
    machines.programCrashes[machine]!++
    sink.programCrashed(machine, {
      number: machines.programCrashes[machine]!,
      at: now,
      program: `${families[component]}.exe`,
      version: versions[component]!,
    })
  }
}
