import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import type { Store } from '../../store/index.ts'
import { followers, savedQueries, setWasEmpty } from '../../store/saved-queries.ts'
import type { Outcome } from '../notify/delivery/channel.ts'
import { type Message, questionMessage } from '../notify/delivery/message.ts'

/** How often each saved question is asked. */
const EVERY_MS = MINUTE
/** Emails that wait for a mail server; older ones go first. */
const MOST_WAITING = 100
/** Once a minute: a server that is away for longer has worse news to come. */
const MOST_TRIES = 30

export interface QuestionsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** How many machines a query finds now. @throws where it is not understood */
  readonly count: (q: string) => Promise<number>
  /** Tells every channel. */
  readonly tell: (message: Message) => Promise<void>
  /** Email to one person. */
  readonly write: (to: string, message: Message) => Promise<Outcome>
  readonly address: string | undefined
}

/** An email that did not leave. */
interface Waiting {
  readonly to: string
  readonly message: Message
  tries: number
}

/**
 * Tells of saved questions that have an answer where they had none: once, until they have none again. Channels are told of
 * those that are for them, and people who follow one by email; what does not leave is tried again, until a restart.
 */
export class Questions extends Job {
  readonly #deps: QuestionsDeps
  #waiting: Waiting[] = []

  constructor(deps: QuestionsDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'saved questions were not asked',
    })
    this.#deps = deps
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
    await this.#writeAgain()
    const addresses = await followers(store.db)
    const wanted = (await savedQueries(store.db)).filter(({ id, told }) => told === 1 || addresses.has(id))
    for (const row of wanted) {
      const found = await this.count(row.q)
      if (found === null) continue
      const wasEmpty = row.was_empty === 1
      if (found > 0 === !wasEmpty) continue
      // what is told twice after a kill is better than what is never told
      if (found > 0) {
        const message = questionMessage({ ...row, found }, clock.now(), address)
        if (row.told === 1) await tell(message)
        for (const to of addresses.get(row.id) ?? []) this.#waiting.push({ to, message, tries: 0 })
        await this.#writeAgain()
      }
      await setWasEmpty(store.db, row.id, found === 0)
    }
  }

  async #writeAgain(): Promise<void> {
    const { write, log } = this.#deps
    const left: Waiting[] = []
    for (const one of this.#waiting.slice(-MOST_WAITING)) {
      const outcome = await write(one.to, one.message)
      if (outcome.ok) continue
      log.warn({ reason: outcome.reason }, 'somebody who follows a question was not told')
      if (!outcome.permanent && ++one.tries < MOST_TRIES) left.push(one)
    }
    this.#waiting = left
  }
}
