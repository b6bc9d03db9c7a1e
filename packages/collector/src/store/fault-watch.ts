import { markStoreFault, type StoreFault, storeFaultOf } from '../model/store-fault.ts'
import { faultOf } from './faults.ts'

/** A fault that comes back so soon was not over. */
const SAME_FAULT_MS = 10_000

/** Knows whether the database can be written to, from what became of statements; see ../model/store-fault.ts. */
export class FaultWatch {
  readonly #now: () => number
  readonly #onFull: () => void
  #fault: StoreFault | undefined
  #last: { readonly fault: StoreFault; readonly endedAt: number } | undefined
  #damage: StoreFault | undefined
  #waiting: (() => void)[] = []

  /** @param options.onFull told each time that there is no room, at once */
  constructor(options: { readonly now: () => number; readonly onFull?: () => void }) {
    this.#now = options.now
    this.#onFull = options.onFull ?? (() => undefined)
  }

  /** Why nothing can be stored now; undefined where it can. */
  get fault(): StoreFault | undefined {
    return this.#fault
  }
  /** Damage that was met since the start. It does not keep what is sound from being used. */
  get damage(): StoreFault | undefined {
    return this.#damage
  }

  /** A statement failed. */
  failed(error: unknown): void {
    const kind = faultOf(error)
    if (kind === undefined) return
    markStoreFault(error as Error, kind)
    const now = this.#now()
    const fault: StoreFault = { kind, since: now, detail: (error as Error).message }
    if (kind === 'damaged') {
      this.#damage ??= fault
      return
    }
    if (this.#fault?.kind === 'taken') return
    if (kind === 'full') this.#onFull()
    if (this.#fault?.kind === kind) return
    const again =
      this.#fault === undefined && this.#last?.fault.kind === kind && now - this.#last.endedAt < SAME_FAULT_MS
    this.#fault = again && this.#last ? this.#last.fault : fault
  }

  /** A check found damage. */
  damaged(detail: string): void {
    this.#damage ??= { kind: 'damaged', since: this.#now(), detail }
  }

  /** Somebody else has it: for this process it is over. */
  taken(by: Error): void {
    markStoreFault(by, 'taken')
    this.#fault = { kind: 'taken', since: this.#now(), detail: by.message }
  }

  /** @throws what says that somebody else has the database */
  check(): void {
    if (this.#fault?.kind !== 'taken') return
    const error = new Error(this.#fault.detail)
    markStoreFault(error, 'taken')
    throw error
  }

  /** It can be written to again: whoever waits tries anew. */
  succeeded(): void {
    if (this.#fault?.kind === 'taken') return
    if (this.#fault) this.#last = { fault: this.#fault, endedAt: this.#now() }
    this.#fault = undefined
    for (const go of this.#waiting.splice(0)) go()
  }

  /** Where an error is a fault of the whole database: resolves when it is worth trying again. Else undefined. */
  over(error: unknown): Promise<void> | undefined {
    const kind = storeFaultOf(error)
    if (kind === undefined || kind === 'damaged') return undefined
    // it went by while the answer was on its way
    if (!this.#fault) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
