/**
 * What can be wrong with the database as a whole: nothing is wrong with what was to be written, and all of it waits.
 *
 * - `full`: no room on its disk
 * - `read-only`: its file or server takes no writes
 * - `locked`: another program holds it
 * - `disk`: its disk answers with errors
 * - `away`: its server does not answer
 * - `gone`: its file was deleted or replaced while it was open
 * - `taken`: another collector took it over while this one could not reach it
 * - `unread`: what is read of its file makes no sense, since its disk gives nothing back, or since it is damaged
 * - `damaged`: what is in the file makes no sense
 */
export type FaultKind = 'full' | 'read-only' | 'locked' | 'disk' | 'away' | 'gone' | 'taken' | 'unread' | 'damaged'

/** The database cannot be used. */
export interface StoreFault {
  readonly kind: FaultKind
  /** When it began, ms epoch. */
  readonly since: number
  /** The database's own words. */
  readonly detail: string
}

const KIND = Symbol('store fault')

/** Marks an error as one that the store knows about, and says itself. */
export function markStoreFault(error: Error, kind: FaultKind): void {
  Object.defineProperty(error, KIND, { value: kind, configurable: true })
}

/** The fault of the store that an error came from; undefined where it came from elsewhere. */
export function storeFaultOf(error: unknown): FaultKind | undefined {
  return error instanceof Error ? (error as { [KIND]?: FaultKind })[KIND] : undefined
}
