import { ARRIVAL_SLACK, DAY, FRESH, inWindow } from '../words/ages.ts'
import { type Beside, type FailureRecord, hadFact } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'
import type { Fleet } from './fleet.ts'

/** Who has so many machines is no practice, and asking all of them for each that fails would cost too much. */
const MAX_NEIGHBOURS = 500

const COMPARED_WINDOWS = [FRESH, DAY] as const

/** A failure beside the machines that were connected in its practice then: the facts that had come to some of them lately. */
export function neighboursOf(fleet: Fleet, failure: FailureRecord): Beside[] {
  const { machine, site, failedAt } = failure
  const members = fleet.machinesOf(site)
  if (members.length > MAX_NEIGHBOURS) return []
  const holders = { [FRESH]: new Map<FactId, number>(), [DAY]: new Map<FactId, number>() }
  const count = (fact: FactId, age: number): void => {
    for (const window of COMPARED_WINDOWS)
      if (inWindow(age, window)) holders[window].set(fact, (holders[window].get(fact) ?? 0) + 1)
  }
  failure.facts.forEach((fact, i) => count(fact, failure.ages[i] ?? Number.NaN))
  let there = 1
  for (const neighbour of members) {
    if (neighbour === machine || !fleet.machines.isConnected(neighbour) || !fleet.machines.hasVoice(neighbour)) continue
    there++
    fleet.inventory.forEachRecent(neighbour, failedAt, ARRIVAL_SLACK, count)
  }
  return COMPARED_WINDOWS.flatMap((window) =>
    [...holders[window]].flatMap(([fact, n]) =>
      n === there ? [] : [{ fact, window, share: n / there, had: hadFact(failure, fact, window) }],
    ),
  )
}
