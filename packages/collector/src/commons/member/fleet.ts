import type { CommonsSeen } from '@pumphandle/shared/api'
import { compareVersions } from '@pumphandle/shared/versions'
import type { FactRegistry, Population } from '../../detect/index.ts'
import { componentRef } from '../../incidents/components.ts'
import { keyOf, type Seen } from '../words/report.ts'

/** Whom in this fleet a version concerns. */
export class Concerned {
  readonly #facts: FactRegistry
  readonly #population: Pick<Population, 'holders'>

  constructor(facts: FactRegistry, population: Pick<Population, 'holders'>) {
    this.#facts = facts
    this.#population = population
  }

  /** What others see of a version, with how many machines here have it, or have an older one and will get it. */
  seenHere(seen: Seen): CommonsSeen {
    const { kind: _kind, name: _name, version, ...counts } = seen
    const key = keyOf(seen)
    let waiting = 0
    for (const fact of this.#facts.versionsOf(`${seen.kind}:${seen.name}`)) {
      // of a content's hundreds of versions a few are in use
      const holders = this.#population.holders(fact)
      if (holders === 0) continue
      const other = componentRef(this.#facts.get(fact).key)
      if (other.key !== key && compareVersions(other.version, version) < 0) waiting += holders
    }
    return { component: componentRef(key), ...counts, machines: this.machinesWith(key), waiting }
  }

  machinesWith(key: string): number {
    const fact = this.#facts.find(key)
    return fact === undefined ? 0 : this.#population.holders(fact)
  }
}
