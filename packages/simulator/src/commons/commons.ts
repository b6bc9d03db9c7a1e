import { type Merged, merged, Pool, voicesOf } from '@pumphandle/collector/commons'
import type { Organisation } from './organisation.ts'

/** How finely organisations go side by side, seconds; each reports twice a minute, at a second of its own. */
const STEP_S = 5
const REPORT_S = 30

/** Organisations that go through the same hours, with a commons between them or without. */
export class Commons {
  readonly #organisations: readonly Organisation[]
  readonly #isJoined: boolean
  readonly #voices = new WeakMap<object, ReturnType<typeof voicesOf>>()
  #known: Merged = new Map()

  constructor(organisations: readonly Organisation[], isJoined: boolean) {
    this.#organisations = organisations
    this.#isJoined = isJoined
  }

  /**
   * Lets time pass to `until`, seconds since the start.
   * @param told is called with an organisation that has just had its answer
   */
  advance(until: number, told: (organisation: Organisation, now: number) => void): void {
    const [first] = this.#organisations
    for (let now = first?.world.now ?? until; now < until; ) {
      now = Math.min(until, now + STEP_S)
      for (const organisation of this.#organisations) organisation.world.advance(now)
      if (!this.#isJoined) continue
      for (const [i, organisation] of this.#organisations.entries())
        if ((now + i * STEP_S) % REPORT_S < STEP_S) this.#exchange(organisation, told)
    }
  }

  #exchange(organisation: Organisation, told: (organisation: Organisation, now: number) => void): void {
    const { member, world, key } = organisation
    const now = world.clock.now()
    const report = member.report(now)
    if (!report) return
    this.#known = merged(this.#known, new Map([[key, report]]))
    const pool = new Pool(this.#known, now, (one) => {
      const voices = this.#voices.get(one) ?? voicesOf(one)
      this.#voices.set(one, voices)
      return voices
    })
    member.take(pool.answerTo(key), now)
    told(organisation, now)
  }
}
