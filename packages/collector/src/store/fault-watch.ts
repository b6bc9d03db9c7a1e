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
    if (this.isLost) return
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

  /** For this process it is over: somebody else has the database, or its file is not where it was. */
  lost(kind: 'taken' | 'gone', detail: string): void {
    this.#fault = { kind, since: this.#now(), detail }
  }

  /** Whether it is over for this process. */
  get isLost(): boolean {
    return this.#fault?.kind === 'taken' || this.#fault?.kind === 'gone'
  }

  /** @throws what says that nothing that is written now would be found again */
  check(): void {
    if (!this.#fault || !this.isLost) return
    const error = new Error(this.#fault.detail)
    markStoreFault(error, this.#fault.kind)
    throw error
  }

  /** It can be written to again: whoever waits tries anew. */
  succeeded(): void {
    if (this.isLost) return
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
