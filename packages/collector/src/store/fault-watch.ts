import type { Verdict } from '../model/file-verdict.ts'
import { markStoreFault, type StoreFault, storeFaultOf } from '../model/store-fault.ts'
import { faultOf } from './faults.ts'

/** A fault that comes back so soon was not over. */
const SAME_FAULT_MS = 10_000
/** Whoever waited for the end of a fault tries again within that. */
const TRIES_WITHIN_MS = 2_000

/** Knows whether the database can be written to, from what became of statements; see ../model/store-fault.ts. */
export class FaultWatch {
  readonly #now: () => number
  readonly #onFull: () => void
  #fault: StoreFault | undefined
  #last: { readonly fault: StoreFault; readonly endedAt: number } | undefined
  #damage: StoreFault | undefined
  /** What of a file could not be read, and when last: its disk may be at fault, until a check has said that it is not. */
  #doubt: { fault: StoreFault; last: number } | undefined
  #waiting: (() => void)[] = []

  readonly #isFile: boolean

  /**
   * @param options.isFile SQLite's: it says of a disk that gives nothing back that the file is damaged
   * @param options.onFull told each time that there is no room, at once
   */
  constructor(options: { readonly now: () => number; readonly isFile: boolean; readonly onFull?: () => void }) {
    this.#now = options.now
    this.#isFile = options.isFile
    this.#onFull = options.onFull ?? (() => undefined)
  }

  /** Why nothing can be stored now; undefined where it can. */
  get fault(): StoreFault | undefined {
    return this.#fault
  }
  /**
   * Damage that was met since the start, or (`unread`) what could not be read and may be sound. It does not keep what is sound
   * from being used.
   */
  get damage(): StoreFault | undefined {
    return this.#damage ?? this.#doubt?.fault
  }

  /** A statement failed. */
  failed(error: unknown): void {
    const says = faultOf(error)
    if (says === undefined) return
    const now = this.#now()
    const kind = says === 'damaged' && this.#mayBeUnread(now) ? 'unread' : says
    markStoreFault(error as Error, kind)
    const fault: StoreFault = { kind, since: now, detail: (error as Error).message }
    if (says === 'damaged' && this.#isFile) this.#doubted({ ...fault, kind: 'unread' })
    if (kind === 'damaged') {
      if (!this.#isFile) this.#damage ??= fault
      return
    }
    if (this.isLost) return
    if (kind === 'full') this.#onFull()
    if (this.#fault?.kind === kind) return
    const again =
      this.#fault === undefined && this.#last?.fault.kind === kind && now - this.#last.endedAt < SAME_FAULT_MS
    this.#fault = again && this.#last ? this.#last.fault : fault
  }

  /**
   * A file was checked. What could not be read, and was not damaged, may be read again now; what could not be read since the
   * check began is not answered by it.
   * @param began ms epoch
   */
  checked({ is, faults }: Verdict, began: number): void {
    const now = this.#now()
    const detail = faults.join('; ')
    if (is === 'damaged') this.#damage ??= { kind: is, since: now, detail }
    else if (is === 'unread') this.#doubted({ kind: is, since: now, detail })
    else if (this.#doubt && this.#doubt.last < began) this.#doubt = undefined
  }

  #doubted(fault: StoreFault): void {
    this.#doubt = { fault: { ...fault, since: this.#doubt?.fault.since ?? fault.since }, last: fault.since }
  }

  /** Whoever could not read waits until something can be read; where that is so, and he still cannot, it is what he reads. */
  #mayBeUnread(now: number): boolean {
    if (!this.#isFile || this.#damage) return false
    const { kind } = this.#last?.fault ?? {}
    return this.#fault !== undefined || kind !== 'unread' || now - (this.#last?.endedAt ?? 0) >= TRIES_WITHIN_MS
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
