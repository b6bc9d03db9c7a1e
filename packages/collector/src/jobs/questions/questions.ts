import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import type { Store } from '../../store/index.ts'
import { savedQueries, setWasEmpty } from '../../store/saved-queries.ts'
import { Job } from '../job.ts'
import { type Message, questionMessage } from '../notify/delivery/message.ts'

/** A question is asked so often. */
const EVERY_MS = MINUTE

export interface QuestionsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** How many machines a query finds now. @throws where it is not understood */
  readonly count: (q: string) => Promise<number>
  /** Tells every channel. */
  readonly tell: (message: Message) => Promise<void>
  readonly address: string | undefined
}

/** Tells of saved questions that have an answer where they had none: once, until they have none again. */
export class Questions {
  readonly #deps: QuestionsDeps
  readonly #job: Job

  constructor(deps: QuestionsDeps) {
    this.#deps = deps
    this.#job = new Job({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'saved questions were not asked',
    })
  }

  /** One round. */
  run(): Promise<void> {
    return this.#job.run()
  }

  close(): Promise<void> {
    return this.#job.close()
  }

  /** Machines that a question finds now; null where it is not understood any more. */
  async count(q: string): Promise<number | null> {
    try {
      return await this.#deps.count(q)
    } catch {
      return null
    }
  }

  async #round(): Promise<void> {
    const { store, clock, tell, address } = this.#deps
    if (store.fault) return
    for (const row of (await savedQueries(store.db)).filter(({ told }) => told === 1)) {
      const found = await this.count(row.q)
      if (found === null) continue
      const wasEmpty = row.was_empty === 1
      if (found > 0 === !wasEmpty) continue
      // what is told twice after a kill is better than what is never told
      if (found > 0) await tell(questionMessage({ ...row, found }, clock.now(), address))
      await setWasEmpty(store.db, row.id, found === 0)
    }
  }
}
