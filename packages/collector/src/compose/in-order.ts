import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { Logger } from '../log/logger.ts'
import { storeFaultOf } from '../model/store-fault.ts'

/** A database that does not answer must not keep a service manager waiting until it kills. */
const END_WITHIN_MS = 15 * SECOND

/** One step of an end. */
export type Ending = () => void | Promise<void>

/**
 * Ends things one after the other, in this order. One that cannot end does not keep the others from it. What cannot be
 * stored since the database cannot be used is lost with this process; agents send again what they have no ack for.
 * @throws (rejects) the first fault, once all were tried
 */
export async function endInOrder(log: Logger, endings: readonly Ending[]): Promise<void> {
  const faults: unknown[] = []
  for (const end of endings)
    try {
      await end()
    } catch (error) {
      const fault = storeFaultOf(error)
      if (fault !== undefined) {
        log.warn({ fault }, 'what was in memory could not be stored at the end; agents send again what has no ack')
        continue
      }
      log.error({ err: error }, 'a part of the collector did not end well')
      faults.push(error)
    }
  if (faults.length > 0) throw faults[0]
}

/** Ends a collector within 15 seconds. @returns the process's exit code */
export async function endWithin(clock: Clock, collector: { close(): Promise<void> }): Promise<number> {
  let cancel = () => {}
  const late = new Promise<number>((resolve) => {
    cancel = clock.after(END_WITHIN_MS, () => resolve(1))
  })
  const ended = collector.close().then(
    () => 0,
    () => 1,
  )
  const code = await Promise.race([ended, late])
  cancel()
  return code
}
