import { Member } from '@pumphandle/collector/commons'
import { Detector, type FactRegistry, type Finding, type Observation } from '@pumphandle/collector/detect'
import { VersionLedger } from '@pumphandle/collector/versions'
import { IncidentLog } from '../score/incident-log.ts'
import type { ComponentNames } from '../sinks/keys.ts'
import { ObservationSink, type Observer } from '../sinks/observations.ts'
import { World } from '../world/world.ts'
import type { Plan } from './scenarios.ts'

/** One organisation: its fleet, its detector, and its side of the commons. */
export class Organisation implements Observer {
  readonly machines: number
  readonly key: string
  readonly world: World
  readonly log = new IncidentLog()
  member!: Member
  #detector!: Detector
  #ledger!: VersionLedger
  #facts!: FactRegistry
  #names!: ComponentNames

  /** @param tickMs how often its detector judges */
  constructor({ name, machines, scenario }: Plan, tickMs: number) {
    this.machines = machines
    this.key = name
    this.world = new World({
      scenario,
      sink: (world) =>
        new ObservationSink(world, {
          tickMs,
          observers: (facts, names) => {
            this.#open(facts, names, world.startedAt)
            return [this]
          },
        }),
    })
    this.world.start()
  }

  observe(observation: Observation): void {
    this.#take(this.#detector.observe(observation))
    this.#ledger.observe(observation)
  }

  tick(now: number): void {
    this.#take(this.#detector.tick(now))
    this.#ledger.tick(now)
  }

  /** Whether a machine has a version whose scenario name begins so. */
  has(start: string): boolean {
    return Array.from({ length: this.#facts.size }, (_, fact) => fact).some(
      (fact) => this.nameOf(this.keyOf(fact)).startsWith(start) && this.#detector.population.holders(fact) > 0,
    )
  }

  /** The scenario's name of a version, `slot:family@version`. */
  nameOf(key: string): string {
    return this.#names.scenarioKey(key)
  }

  keyOf(fact: number): string {
    return this.#facts.get(fact).key
  }

  #open(facts: FactRegistry, names: ComponentNames, now: number): void {
    this.#facts = facts
    this.#names = names
    this.#detector = new Detector({ facts })
    const { population } = this.#detector
    this.#ledger = new VersionLedger(population, facts)
    this.#ledger.open([], { exposedMs: 0, crashes: 0 }, [], now)
    // invented products are in no list of public ones; models and products have no versions
    const isPublic = (key: string) => /^(?:sensor|content|driver|os|app):/.test(key)
    this.member = new Member({ facts, population, key: this.key, isPublic })
    this.member.tally.step(now)
    this.#ledger.onCount = (count) => this.member.tally.count(count)
  }

  #take(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.log.take(finding)
      if (finding.type !== 'joined') continue
      const suspect = this.log.all().find(({ incident }) => incident === finding.incident)?.latest.suspect
      if (!suspect) continue
      const { fact, partner } = suspect
      const causes = [fact, ...(partner === null ? [] : [partner])].map((one) => this.keyOf(one))
      this.#ledger.explain(finding.failure.machine, finding.failure.failedAt, causes)
    }
  }
}
