import { type Merged, merged, Pool, voicesOf } from '@pumphandle/collector/commons'
import type { Organisation } from './organisation.ts'

/** How finely organisations go side by side, and how often each reports, at a time of its own; seconds. */
export interface Pace {
  readonly step: number
  readonly report: number
}
/** As collectors do. */
export const AS_IT_IS: Pace = { step: 5, report: 30 }
/** For weeks, in which nothing happens within minutes. */
export const FOR_WEEKS: Pace = { step: 60, report: 300 }

/** Organisations that go through the same hours, with a commons between them or without. */
export class Commons {
  readonly #organisations: readonly Organisation[]
  readonly #isJoined: boolean
  readonly #pace: Pace
  readonly #voices = new WeakMap<object, ReturnType<typeof voicesOf>>()
  #known: Merged = new Map()
  #pool = new Pool(this.#known, 0)

  constructor(organisations: readonly Organisation[], isJoined: boolean, pace: Pace) {
    this.#organisations = organisations
    this.#isJoined = isJoined
    this.#pace = pace
  }

  /**
   * Lets time pass to `until`, seconds since the start.
   * @param told is called with an organisation that has just had its answer
   */
  advance(until: number, told: (organisation: Organisation, now: number) => void): void {
    const { step, report } = this.#pace
    const [first] = this.#organisations
    for (let now = first?.world.now ?? until; now < until; ) {
      now = Math.min(until, now + step)
      for (const organisation of this.#organisations) organisation.world.advance(now)
      if (!this.#isJoined) continue
      // all who ask in one step are answered from what was known at its begin, as a server does for some seconds
      this.#pool = new Pool(this.#known, first?.world.clock.now() ?? 0, (one) => this.#voicesOf(one))
      for (const [i, organisation] of this.#organisations.entries())
        if ((now + i * step) % report < step) this.#exchange(organisation, told)
    }
  }

  #exchange(organisation: Organisation, told: (organisation: Organisation, now: number) => void): void {
    const { member, world, key } = organisation
    const now = world.clock.now()
    const report = member.report(now)
    if (!report) return
    this.#known = merged(this.#known, new Map([[key, report]]))
    member.take(this.#pool.answerTo(key), now)
    told(organisation, now)
  }

  #voicesOf(report: Parameters<typeof voicesOf>[0]): ReturnType<typeof voicesOf> {
    const voices = this.#voices.get(report) ?? voicesOf(report)
    this.#voices.set(report, voices)
    return voices
  }
}
