import { HOUR } from '../numbers/seconds.ts'
import { LONG_RETURN_SECONDS, RETURN_SECONDS } from '../words/classes.ts'
import type { FactId, MachineId, SiteId } from '../words/ids.ts'

/** Restarts of one practice that count whole; later ones of the same night share this much. */
const PRACTICE_WEIGHT = 4
/** A practice's restarts are forgotten over this: a patch night, and not the next one. Seconds. */
const NIGHT_SECONDS = 12 * HOUR

/**
 * A version that came with the restart may need its time: a feature update keeps a good machine away for half an hour.
 * While nobody has come back with it, its machines have this long. Seconds.
 */
const UNKNOWN_RETURN_SECONDS = 2400
/** Its machines come back quickly where so many of those that are back did, and this share of them. */
const QUICK_LEAST = 3
const QUICK_SHARE = 0.2
/** Versions whose returns are remembered; the oldest go first. */
const MAX_VERSIONS = 2000

/** One announced restart. */
interface Restart {
  readonly machine: MachineId
  readonly saidAt: number
  readonly weight: number
  /** Facts that came with the restart. */
  readonly fresh: readonly FactId[]
  /** When the machine was heard again; 0 while it is not. */
  backAt: number
  /** Whether its outcome by the first horizon has been told. */
  told: boolean
}

/** A restart whose outcome by a horizon is known: by ten minutes (or as long as it may take), or by an hour. */
export interface Outcome {
  readonly machine: MachineId
  readonly saidAt: number
  readonly weight: number
  readonly horizon: 'soon' | 'hour'
  readonly isBack: boolean
}

/** How machines came back that restarted into a version: within ten minutes, or later. */
interface Returns {
  quick: number
  slow: number
}

/**
 * Machines that said they restart, until they are back. A patch night restarts whole practices, so the n-th restart of a
 * practice weighs min(1, 4/n), for what failed and for what was due alike: votes that saturate over a denominator that
 * does not would make a practice of 30 restarts look well when half of them fail. A restart counts when its horizon is
 * over, whether the machine is back or not, or else the latest restarts would all look well. There are two horizons: ten
 * minutes are quick, and cannot tell a patch night from a bad evening; an hour can. Times in seconds epoch.
 */
export class Restarts {
  /** Restarts of the last hour, in the order of their announcements. */
  #restarts: Restart[] = []
  /** Each machine's restart that is not over. */
  readonly #waiting = new Map<MachineId, Restart>()
  readonly #returns = new Map<FactId, Returns>()
  /** Restarts of each practice, decayed, as of `at`. */
  #practices = new Map<SiteId, { n: number; at: number }>()

  /** The machine says that it restarts; `fresh` are the facts that came just before. */
  announce(machine: MachineId, site: SiteId, fresh: readonly FactId[], now: number): void {
    const before = this.#practices.get(site)
    const n = (before ? before.n * Math.exp(-(now - before.at) / NIGHT_SECONDS) : 0) + 1
    this.#practices.set(site, { n, at: now })
    this.back(machine, now)
    const restart = { machine, saidAt: now, weight: Math.min(1, PRACTICE_WEIGHT / n), fresh, backAt: 0, told: false }
    this.#restarts.push(restart)
    this.#waiting.set(machine, restart)
  }

  /** The machine is heard again: a restart that it announced is over. */
  back(machine: MachineId, now: number): void {
    const restart = this.#waiting.get(machine)
    if (!restart) return
    this.#waiting.delete(machine)
    restart.backAt = now
    const kind = now - restart.saidAt <= RETURN_SECONDS ? 'quick' : 'slow'
    for (const fact of restart.fresh) this.#returnsOf(fact)[kind]++
  }

  /** The outcomes that have become known by now. */
  *outcomes(now: number): Generator<Outcome> {
    const over = this.#restarts.findIndex((restart) => now - restart.saidAt < LONG_RETURN_SECONDS)
    for (const restart of this.#restarts.splice(0, over < 0 ? this.#restarts.length : over)) {
      if (!restart.told) yield outcomeOf(restart, 'soon')
      yield outcomeOf(restart, 'hour')
      if (this.#waiting.get(restart.machine) === restart) this.#waiting.delete(restart.machine)
    }
    for (const restart of this.#restarts) {
      const away = now - restart.saidAt
      if (away < RETURN_SECONDS) return
      if (restart.told || (restart.backAt === 0 && away < this.#patience(restart))) continue
      restart.told = true
      yield outcomeOf(restart, 'soon')
    }
  }

  /** Nobody is expected back. */
  clear(): void {
    this.#restarts = []
    this.#waiting.clear()
  }

  /** How long a machine may be away before it is late, seconds: longer where what came with its restart needs longer. */
  #patience({ fresh }: Restart): number {
    return fresh.reduce((longest, fact) => Math.max(longest, this.#patienceFor(fact)), RETURN_SECONDS)
  }

  #patienceFor(fact: FactId): number {
    const { quick, slow } = this.#returns.get(fact) ?? { quick: 0, slow: 0 }
    if (quick >= QUICK_LEAST && quick >= QUICK_SHARE * (quick + slow)) return RETURN_SECONDS
    return slow > 0 ? LONG_RETURN_SECONDS : UNKNOWN_RETURN_SECONDS
  }

  #returnsOf(fact: FactId): Returns {
    let returns = this.#returns.get(fact)
    if (!returns) {
      this.#returns.set(fact, (returns = { quick: 0, slow: 0 }))
      const [oldest] = this.#returns.keys()
      if (this.#returns.size > MAX_VERSIONS && oldest !== undefined) this.#returns.delete(oldest)
    }
    return returns
  }

  save() {
    const practices = [...this.#practices].map(([site, p]) => [site, { ...p }] as const)
    const returns = [...this.#returns].map(([fact, r]) => [fact, { ...r }] as const)
    return { restarts: this.#restarts.map((r) => ({ ...r })), returns, practices }
  }

  load(saved: ReturnType<Restarts['save']>): void {
    this.#restarts = saved.restarts.map((r) => ({ ...r }))
    for (const restart of this.#restarts) if (restart.backAt === 0) this.#waiting.set(restart.machine, restart)
    for (const [fact, r] of saved.returns) this.#returns.set(fact, { ...r })
    this.#practices = new Map(saved.practices.map(([site, p]) => [site, { ...p }]))
  }
}

function outcomeOf({ machine, saidAt, weight, backAt }: Restart, horizon: 'soon' | 'hour'): Outcome {
  return { machine, saidAt, weight, horizon, isBack: backAt > 0 }
}
