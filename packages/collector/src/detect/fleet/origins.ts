import type { MachineId } from '../words/ids.ts'
import type { Origin } from '../words/observation.ts'

/** By what machines came that are new to the fleet, as long as that counts. Whoever takes them in says so anew at each start. */
export class Origins {
  readonly #of = new Map<MachineId, Origin>()

  put(machine: MachineId, origin: Origin | undefined): void {
    if (origin) this.#of.set(machine, origin)
    else this.#of.delete(machine)
  }

  /** @param now seconds epoch */
  of(machine: MachineId, now: number): string | undefined {
    const origin = this.#of.get(machine)
    return origin && origin.until > now * 1000 ? origin.key : undefined
  }
}
