import type { Observation } from '../detect/index.ts'

/** The machines that are under maintenance now: what fails there was meant to, and raises no incident. */
export class UnderMaintenance {
  #machines: ReadonlySet<number> = new Set()

  has(machine: number): boolean {
    return this.#machines.has(machine)
  }

  get machines(): ReadonlySet<number> {
    return this.#machines
  }

  set(machines: ReadonlySet<number>): void {
    this.#machines = machines
  }
}

/**
 * What the detector is told of a machine under maintenance: that it is there and what it has, but no failure; undefined
 * where nothing is left to tell.
 */
export function withoutFailure(observation: Observation): Observation | undefined {
  switch (observation.type) {
    case 'crash':
    case 'silent':
    case 'service-down':
    case 'reported':
      return undefined
    case 'online':
      return observation.previousEnd === 'same' ? observation : { ...observation, previousEnd: 'clean' }
    case 'goodbye':
      // a restart that takes long is no failure now: say that only the agent was stopped
      return { ...observation, reason: 'service-stop' }
    default:
      return observation
  }
}
