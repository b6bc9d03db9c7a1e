import type { Logger } from '../log/logger.ts'

/** One step of an end. */
export type Ending = () => void | Promise<void>

/**
 * Ends things one after the other, in this order. One that cannot end does not keep the others from it.
 * @throws (rejects) the first fault, once all were tried
 */
export async function endInOrder(log: Logger, endings: readonly Ending[]): Promise<void> {
  const faults: unknown[] = []
  for (const end of endings)
    try {
      await end()
    } catch (error) {
      log.error({ err: error }, 'a part of the collector did not end well')
      faults.push(error)
    }
  if (faults.length > 0) throw faults[0]
}
