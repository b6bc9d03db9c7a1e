import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { Express } from 'express'
import type { StoreKeeper } from '../jobs/store-keeper.ts'
import type { Store } from '../store/index.ts'

/** Who asks a probe waits for seconds; a database that takes longer does not answer. */
const ANSWER_WITHIN_MS = 2 * SECOND

interface Probed {
  readonly store: Pick<Store, 'ping'>
  readonly clock: Clock
  readonly keeper: Pick<StoreKeeper, 'problem'>
}

/**
 * For load balancers and service managers, open to all and without figures: /livez says that the process answers,
 * /readyz that what agents send can be stored, or why it cannot.
 */
export function mountProbes(app: Express, { store, clock, keeper }: Probed): void {
  app.get('/livez', (_request, response) => void response.type('text').send('ok\n'))
  app.get('/readyz', async (_request, response) => {
    const answers = keeper.problem ? false : await within(clock, store.ping())
    const { problem } = keeper
    if (answers && !problem) return void response.type('text').send('ok\n')
    // the code says what it is; where the database is concerns nobody who has not signed in
    response
      .status(503)
      .type('text')
      .send(`nothing can be stored: ${problem?.code ?? 'the database does not answer'}\n`)
  })
}

/** Whether it came to a good end in time. */
function within(clock: Clock, work: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ANSWER_WITHIN_MS, () => resolve(false))
    work.then(
      () => resolve(true),
      () => resolve(false),
    )
    void work.finally(cancel).catch(() => undefined)
  })
}
