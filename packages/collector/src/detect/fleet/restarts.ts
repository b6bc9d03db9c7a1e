import { RETURN_SECONDS } from '../words/classes.ts'
import type { MachineId, SiteId } from '../words/ids.ts'

/** Restarts of one practice that count whole; later ones of the same night share this much. */
const PRACTICE_WEIGHT = 4
/** A practice's restarts are forgotten over this: a patch night, and not the next one. Seconds. */
const NIGHT_SECONDS = 12 * 3600

export interface Announced {
  readonly saidAt: number
  readonly weight: number
}

/**
 * Machines that said they restart, until they are back. A patch night restarts whole practices, so the n-th restart of a
 * practice weighs min(1, 4/n), for what failed and for what was due alike: votes that saturate over a denominator that
 * does not would make a practice of 30 restarts look well when half of them fail. A restart counts when its outcome is
 * known, or else the restarts of the last ten minutes would all look well. Times in seconds epoch.
 */
export class Restarts {
  #announced = new Map<MachineId, Announced>()
  /** Restarts of each practice, decayed, as of `at`. */
  #practices = new Map<SiteId, { n: number; at: number }>()

  /** The machine says that it restarts. */
  announce(machine: MachineId, site: SiteId, now: number): void {
    const before = this.#practices.get(site)
    const n = (before ? before.n * Math.exp(-(now - before.at) / NIGHT_SECONDS) : 0) + 1
    this.#practices.set(site, { n, at: now })
    this.#announced.delete(machine)
    this.#announced.set(machine, { saidAt: now, weight: Math.min(1, PRACTICE_WEIGHT / n) })
  }

  /** The machine is heard again: the restart that is over, if it announced one. */
  back(machine: MachineId): Announced | undefined {
    const announced = this.#announced.get(machine)
    this.#announced.delete(machine)
    return announced
  }

  /** Takes out the machines that should be back by now. */
  *overdue(now: number): Generator<Announced & { readonly machine: MachineId }> {
    for (const [machine, announced] of this.#announced) {
      if (announced.saidAt > now - RETURN_SECONDS) return
      this.#announced.delete(machine)
      yield { machine, ...announced }
    }
  }

  /** Nobody is expected back. */
  clear(): void {
    this.#announced.clear()
  }

  save() {
    const practices = [...this.#practices].map(([site, p]) => [site, { ...p }] as const)
    return { announced: [...this.#announced], practices }
  }

  load(saved: ReturnType<Restarts['save']>): void {
    this.#announced = new Map(saved.announced)
    this.#practices = new Map(saved.practices.map(([site, p]) => [site, { ...p }]))
  }
}
