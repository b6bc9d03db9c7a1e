import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import { type FaultKind, storeFaultOf } from './store-fault.ts'

/** Where the database does not answer. */
const AGAIN_MS = SECOND
/** What goes by without anybody's doing, or is found to be another fault. */
const PASSING: readonly (FaultKind | undefined)[] = ['locked', 'away', 'disk', 'unread']

/** Does what needs the database, once it answers. */
export type Patiently = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Does what needs the database, again and again while that is locked or away, or its disk answers with errors: machines are in
 * already, and keep their connections and what they sent for what passes. The store says what is wrong. What stays, and what
 * passes where it is given up, is thrown (rejects).
 */
export function patience(clock: Clock, isGivenUp = () => false): Patiently {
  return async (work) => {
    for (;;)
      try {
        return await work()
      } catch (error) {
        if (isGivenUp() || !PASSING.includes(storeFaultOf(error))) throw error
        await new Promise<void>((over) => clock.after(AGAIN_MS, over))
      }
  }
}
