import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../config/index.ts'
import type { Logger } from '../log/logger.ts'
import { statementsOf, type Trace } from '../log/trace.ts'
import { openStore, type Store } from '../store/index.ts'
import type { As } from '../store/postgres.ts'
import { unusable } from './unusable.ts'

/**
 * Opens the database that all of a cluster share.
 * @param options.as whose writes are refused once another brain has taken over, or a brain that stands by and reads alone; absent for
 * edges and serves
 * @throws StartError, one sentence that says what to do
 */
export async function openShared(
  { database }: Pick<Config, 'database'>,
  log: Logger,
  clock: Clock,
  { as, trace }: { readonly as?: As; readonly trace?: Trace | undefined } = {},
): Promise<Store> {
  try {
    return await openStore(database, {
      now: () => clock.now(),
      onError: (error) => log.warn({ err: error }, 'the database had a fault that it mends by itself'),
      onQuery: trace && statementsOf(database.kind, trace),
      ...(as ? { as } : {}),
    })
  } catch (error) {
    throw unusable(database, error)
  }
}
