import { DAY } from '@pumphandle/shared/time'
import type { Origin } from '../detect/index.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Reader } from '../store/index.ts'
import { type Beginning, fleetBegan, LATELY_MS, latecomers, type Newcomer, newcomers } from '../store/probation.ts'

/**
 * How long a new machine is on probation: long enough that somebody sees a token's uses jump, short enough that a roll-out
 * counts the next day.
 */
export const PROBATION_MS = DAY
/** Machines of one practice that are believed without a person's word: the largest have some 300. */
export const PLAUSIBLE_MACHINES = 500

/**
 * Machines that came lately do not count for themselves: of those that came by one token, into one practice or from one
 * address, one has a voice in the detector, so that invented machines neither raise an incident nor dilute one. In the
 * first day of a fleet all are new, and all have a voice; but where it began with tokens for practices, not those that come
 * by one that is good anywhere. Later those of one token still raise nothing by themselves, until they have been there for
 * longer, or a person answers for their practice.
 */
export class Probation {
  readonly #keys = new Map<number, readonly string[]>()
  readonly #speakers = new Map<string, number>()
  readonly #origins = new Map<number, Origin>()
  #began: Beginning | null

  private constructor(began: Beginning | null, all: readonly Newcomer[]) {
    this.#began = began
    for (const one of all) this.put(one)
  }

  /** @param now ms epoch */
  static async load(db: Reader, now: number): Promise<Probation> {
    const probation = new Probation(await fleetBegan(db), await newcomers(db))
    for (const one of await latecomers(db, now - LATELY_MS)) probation.#came(one)
    return probation
  }

  /** As it was at a time, ms epoch, from what is stored now: whom somebody has answered for since counts from the beginning. */
  static async asOf(db: Reader, at: number): Promise<Probation> {
    const probation = new Probation(null, await newcomers(db, at))
    for (const one of await latecomers(db, at - LATELY_MS)) probation.#came(one)
    return probation
  }

  /** Those who came meanwhile, where somebody else takes them in. */
  async read(db: Reader): Promise<void> {
    for (const one of await newcomers(db)) if (!this.#keys.has(one.machine)) this.put(one)
  }

  /** By what a machine came lately; undefined for one that has been there for long, or whom a person answers for. */
  originOf(machine: number): Origin | undefined {
    return this.#origins.get(machine)
  }

  /** A person answers for this machine. @returns whether nobody had */
  vouched({ id }: Pick<FleetMachine, 'id'>): boolean {
    return this.#origins.delete(id)
  }

  #came({ machine, origin, at }: Newcomer): void {
    this.#origins.set(machine, { key: origin, until: at + LATELY_MS })
  }

  /**
   * When the probation of a machine that comes now is over: at once in a new fleet, else null for later.
   * @param db in which another edge may have let in the first
   * @param isForAny its token is good for every practice
   */
  async establishedAt(db: Reader, now: number, isForAny: boolean): Promise<number | null> {
    this.#began ??= (await fleetBegan(db)) ?? { at: now, isForAny }
    const isNew = now - this.#began.at < PROBATION_MS
    return isNew && (this.#began.isForAny || !isForAny) ? now : null
  }

  put(newcomer: Newcomer): void {
    const { machine, token, from } = newcomer
    this.#came(newcomer)
    this.#keys.set(machine, [`token ${token}`, `address ${from}`])
  }

  /** Whether the machine counts; a newcomer takes the voice where nobody else has it. */
  hasVoice(m: Pick<FleetMachine, 'id' | 'site' | 'isEstablished'>): boolean {
    const known = this.#keys.get(m.id)
    if (m.isEstablished) {
      if (known) this.#release(m.id)
      return true
    }
    const keys = [`practice ${m.site}`, ...(known ?? [])]
    if (keys.some((key) => (this.#speakers.get(key) ?? m.id) !== m.id)) return false
    for (const key of keys) this.#speakers.set(key, m.id)
    return true
  }

  #release(machine: number): void {
    this.#keys.delete(machine)
    for (const [key, speaker] of this.#speakers) if (speaker === machine) this.#speakers.delete(key)
  }
}
