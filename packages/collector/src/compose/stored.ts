import type { Config } from '../config/index.ts'
import { Probation } from '../enrol/probation.ts'
import { PracticeBook } from '../practices/book.ts'
import { LiveSettings } from '../settings/live-settings.ts'
import { Catalogue } from '../store/catalogue.ts'
import { type EventEnd, newestEvent } from '../store/event-ends.ts'
import type { Store } from '../store/index.ts'

/** What is read from the store once, and asked of memory from then on. */
export interface Stored {
  readonly settings: LiveSettings
  readonly catalogue: Catalogue
  readonly book: PracticeBook
  readonly probation: Probation
  /** The newest event; undefined where there is none. */
  readonly newest: EventEnd | undefined
}

/** @param now ms epoch */
export async function readStored(store: Store, config: Config, now: number): Promise<Stored> {
  const settings = await LiveSettings.read(store, config)
  const catalogue = new Catalogue()
  await catalogue.load(store.reader)
  const book = new PracticeBook(store.db)
  await book.read()
  const probation = await Probation.load(store.reader, now)
  return { settings, catalogue, book, probation, newest: await newestEvent(store.reader) }
}
