import { MEMORIES } from '../numbers/memory.ts'
import type { FactId } from '../words/ids.ts'

/** Half a day: what one night or morning shows is judged on that day. */
const MEMORY = MEMORIES[2]
/** Facts kept; the ones seen longest ago go first. */
const MAX_FACTS = 20_000

/** Sums of a fact as of `at`, and what is left of them now. Seconds epoch. */
interface Kept<Name extends string> {
  readonly sums: Readonly<Record<Name, number>>
  readonly at: number
}

/** Share that is left of something after so many seconds. */
export const leftAfter = (seconds: number): number => Math.exp(-seconds / MEMORY)

/** Named sums by fact that are forgotten over half a day, of a bounded number of facts. Seconds epoch. */
export class FactSums<Name extends string> {
  readonly #names: readonly Name[]
  readonly #kept = new Map<FactId, Kept<Name>>()

  constructor(names: readonly Name[]) {
    this.#names = names
  }

  add(fact: FactId, amounts: Readonly<Record<Name, number>>, now: number): void {
    const before = this.find(fact, now)
    const added = this.#names.map((name) => [name, (before ? before.sums[name] * before.left : 0) + amounts[name]])
    this.#kept.delete(fact)
    this.#kept.set(fact, { sums: Object.fromEntries(added) as Record<Name, number>, at: now })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MAX_FACTS && oldest !== undefined) this.#kept.delete(oldest)
  }

  /** The sums as they were last added to, and the share that is left of them; undefined where there are none. */
  find(
    fact: FactId,
    now: number,
  ): { readonly sums: Readonly<Record<Name, number>>; readonly left: number } | undefined {
    const kept = this.#kept.get(fact)
    return kept && { sums: kept.sums, left: leftAfter(now - kept.at) }
  }

  save(): [FactId, Kept<Name>][] {
    return [...this.#kept]
  }

  load(saved: ReturnType<FactSums<Name>['save']>): void {
    // a sum that an earlier version did not keep begins with nothing
    const nothing = Object.fromEntries(this.#names.map((name) => [name, 0])) as Record<Name, number>
    for (const [fact, { sums, at }] of saved) this.#kept.set(fact, { sums: { ...nothing, ...sums }, at })
  }
}
