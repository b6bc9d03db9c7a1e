import { ARRIVAL_SLACK, FRESH, inWindow, WITHIN_DAY } from '../words/ages.ts'
import { APP, SERVICE } from '../words/classes.ts'
import type { FactRegistry } from '../words/facts.ts'
import { type Beside, type FailureRecord, hadFact } from '../words/failure.ts'
import type { FactId, MachineId } from '../words/ids.ts'
import type { Fleet } from './fleet.ts'

/** Who has so many machines is no practice, and asking all of them for each that fails would cost too much. */
const MAX_NEIGHBOURS = 500

const COMPARED_WINDOWS = [FRESH, WITHIN_DAY] as const

/**
 * A failure beside the machines that were connected in its practice then: the facts that had come to some of them lately. A
 * program or a sensor fails only where it is: there the comparison is with machines that have another version of the same.
 */
export function neighboursOf(fleet: Fleet, facts: FactRegistry, failure: FailureRecord): Beside[] {
  const { machine, site, failedAt } = failure
  const members = fleet.machinesOf(site)
  if (members.length > MAX_NEIGHBOURS) return []
  const holders = { [FRESH]: new Map<FactId, number>(), [WITHIN_DAY]: new Map<FactId, number>() }
  const count = (fact: FactId, age: number): void => {
    for (const window of COMPARED_WINDOWS)
      if (inWindow(age, window)) holders[window].set(fact, (holders[window].get(fact) ?? 0) + 1)
  }
  failure.facts.forEach((fact, i) => count(fact, failure.ages[i] ?? Number.NaN))
  const others = members.filter(
    (other) => other !== machine && fleet.machines.isConnected(other) && fleet.machines.hasVoice(other),
  )
  for (const other of others) fleet.inventory.forEachRecent(other, failedAt, ARRIVAL_SLACK, count)
  const withComponent = failure.classes.some((cls) => cls === APP || cls === SERVICE)
    ? componentsOf(fleet, facts, failure, others)
    : null
  const beside = (fact: FactId, window: Beside['window'], n: number): Beside[] => {
    const there = withComponent ? (withComponent.get(facts.get(fact).name) ?? 0) : others.length + 1
    return n >= there ? [] : [{ fact, window, share: n / there, had: hadFact(failure, fact, window) }]
  }
  return COMPARED_WINDOWS.flatMap((window) => [...holders[window]].flatMap(([fact, n]) => beside(fact, window, n)))
}

/** By component of the machine that failed, how many have a version of it, itself included. */
function componentsOf(
  fleet: Fleet,
  facts: FactRegistry,
  failure: FailureRecord,
  others: readonly MachineId[],
): ReadonlyMap<string, number> {
  const machines = new Map<string, number>()
  for (const fact of failure.facts) machines.set(facts.get(fact).name, 1)
  for (const other of others) {
    const its = new Set<string>()
    fleet.inventory.forEach(other, (fact) => its.add(facts.get(fact).name))
    for (const name of its) {
      const before = machines.get(name)
      if (before !== undefined) machines.set(name, before + 1)
    }
  }
  return machines
}
