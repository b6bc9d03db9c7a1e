import type { Clock } from '@pumphandle/shared/clock'
import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import { MAX_FRAMES_PER_MINUTE } from '@pumphandle/shared/wire'
import type { Enrolment } from '../enrol/enrolment.ts'
import { Budgets } from '../ingest/budgets.ts'
import { Journal, type JournalOptions } from '../ingest/journal.ts'
import { Job } from '../log/job.ts'
import type { Logger } from '../log/logger.ts'
import type { LiveSettings } from '../settings/live-settings.ts'
import type { Store } from '../store/index.ts'
import { readSnapshot, writeSnapshot } from '../store/snapshots.ts'
import type { Overrides } from './context.ts'

/** Name of the snapshot with what machines have used of their day. */
const BUDGETS = 'budgets'
/** How much of that a crash of the collector forgives. */
const BUDGETS_EVERY_MS = MINUTE
/** A day's probation may last a minute longer. */
const PROBATIONS_EVERY_MS = MINUTE
/** A component that one machine had, and has no more, is forgotten after a week. */
const ALONE_MS = 7 * DAY

interface Owner {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly enrolment: Enrolment
  readonly budgets: Budgets
  readonly journal: Journal
  readonly settings: LiveSettings
  /** Nobody else has components in memory: edges would go on using one that was deleted here. */
  readonly isAlone: boolean
}

export async function loadBudgets(store: Store, { maxFramesPerMinute }: Overrides): Promise<Budgets> {
  const budgets = new Budgets({
    framesPerMinute: maxFramesPerMinute ?? MAX_FRAMES_PER_MINUTE,
    isUnbounded: maxFramesPerMinute !== undefined,
  })
  const spent = await readSnapshot(store.reader, BUDGETS)
  if (spent) budgets.load(spent.body)
  return budgets
}

/** What machines tell is stored by it, within their budgets. */
export function journalWithin(budgets: Budgets, options: Omit<JournalOptions, 'takeNames' | 'isFair'>): Journal {
  return new Journal({
    ...options,
    takeNames: (machine, wanted) => budgets.takeNames(machine, wanted, options.clock.now()),
    isFair: !budgets.isUnbounded,
  })
}

/** What keeps machines in their bounds as time passes: probations end, budgets are kept, what nobody has is forgotten. */
export function startChores({ clock, log, store, enrolment, budgets, journal, settings, isAlone }: Owner): {
  stop: () => Promise<void>
  saveBudgets: () => Promise<void>
} {
  const saveBudgets = (): Promise<void> => {
    const at = clock.now()
    return writeSnapshot(store.db, BUDGETS, { at, seq: 0, body: budgets.save(at) })
  }
  const forget = (): Promise<void> => {
    const now = clock.now()
    return journal.forget({ before: now - ALONE_MS, sharedBefore: now - settings.current.retentionDays.events * DAY })
  }
  const every = (everyMs: number, run: () => Promise<void>, failed: string) =>
    new Job({ clock, log, everyMs, run, failed })
  const jobs = [
    every(PROBATIONS_EVERY_MS, () => enrolment.endProbations(), 'probations could not be ended; tried again'),
    every(BUDGETS_EVERY_MS, saveBudgets, 'machines’ budgets could not be stored; tried again'),
    ...(isAlone ? [every(HOUR, forget, 'components that nobody has could not be forgotten; tried again')] : []),
  ]
  return {
    async stop() {
      for (const job of jobs) await job.close()
    },
    saveBudgets,
  }
}
