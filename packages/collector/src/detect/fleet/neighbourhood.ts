import { DAY, FRESH, inWindow } from '../words/ages.ts'
import type { Beside, FailureRecord } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'
import type { Fleet } from './fleet.ts'

/** Who has so many machines is no practice, and asking all of them for each that fails would cost too much. */
const MAX_NEIGHBOURS = 500

/** A failure beside the machines that were connected in its practice then: the facts that had come to some of them lately. */
export function neighboursOf(fleet: Fleet, { machine, site, failedAt, facts, ages }: FailureRecord): Beside[] {
  const members = fleet.machinesOf(site)
  if (members.length > MAX_NEIGHBOURS) return []
  const had = { [FRESH]: new Set<FactId>(), [DAY]: new Set<FactId>() }
  const holders = { [FRESH]: new Map<FactId, number>(), [DAY]: new Map<FactId, number>() }
  const count = (fact: FactId, age: number): void => {
    for (const window of [FRESH, DAY] as const)
      if (inWindow(age, window)) holders[window].set(fact, (holders[window].get(fact) ?? 0) + 1)
  }
  facts.forEach((fact, i) => {
    const age = ages[i] ?? Number.NaN
    for (const window of [FRESH, DAY] as const) if (inWindow(age, window)) had[window].add(fact)
    count(fact, age)
  })
  let there = 1
  for (const neighbour of members) {
    if (neighbour === machine || !fleet.machines.isConnected(neighbour) || !fleet.machines.hasVoice(neighbour)) continue
    there++
    const { present, ages: since } = fleet.factsAt(neighbour, failedAt)
    present.forEach((fact, i) => count(fact, since[i] ?? Number.NaN))
  }
  return ([FRESH, DAY] as const).flatMap((window) =>
    [...holders[window]].flatMap(([fact, n]) =>
      n === there ? [] : [{ fact, window, share: n / there, had: had[window].has(fact) }],
    ),
  )
}
