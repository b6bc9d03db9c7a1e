import type { FeedbackSummary, Places } from '@pumphandle/shared/api'
import { fleetView } from '../fleet/view.ts'
import { BookWithin } from '../places/book.ts'
import { changesWithin } from '../places/changes.ts'
import { DeskWithin } from '../places/desk.ts'
import { FleetWithin } from '../places/fleet.ts'
import { IncidentsWithin } from '../places/incidents.ts'
import { Sites } from '../places/sites.ts'
import { FleetIndex } from '../search/fleet-index.ts'
import { healthWithin } from './health-within.ts'
import type { ServeContext, WholeContext } from './http/context.ts'

/** Judgements are of incidents of the whole fleet. */
const NO_FEEDBACK: FeedbackSummary = { right: 0, wrong: 0, precision: null, items: [], doubted: [] }

export interface Within {
  readonly context: ServeContext
  close(): Promise<void>
}

/**
 * The parts that the API answers from, of some places alone: whatever a route asks, of memory, of the columns or of the
 * database, it is told of these. Routes know nothing of it.
 */
export async function contextWithin(whole: WholeContext, places: Places): Promise<Within> {
  const { clock, log } = whole
  const onError = (error: unknown) => log.error({ err: error }, 'a listener of changes failed')
  const sites = new Sites(places, () => whole.book.all())
  const fleet = new FleetWithin(whole.fleet, sites)
  const book = new BookWithin(whole.book, sites)
  const store = whole.store.within(places)
  const incidents = new IncidentsWithin(whole.incidents, fleet, clock)
  const { changes, stop } = changesWithin(whole.changes, {
    sites,
    whole: whole.fleet,
    fleet,
    onIncident: (id) => incidents.changed(id),
    onError,
  })
  const index = new FleetIndex({ store, clock, changes, fleet, incidents, log })
  await index.start()
  const desk = new DeskWithin({ clock, store, fleet: fleetView(fleet, book), incidents, whole: whole.desk })
  return {
    context: {
      ...whole,
      store,
      fleet,
      book,
      changes,
      incidents,
      desk,
      index,
      clinicalSystem: {
        practices: (now) => new Map([...whole.clinicalSystem.practices(now)].filter(([site]) => sites.has(site))),
      },
      // what is known of a version is counted over the whole fleet
      versions: { answer: () => undefined, ranked: () => [], verdict: () => undefined },
      feedback: {
        summary: () => NO_FEEDBACK,
        give: async (id, ...said) => ((await desk.mayAct(id)) ? whole.feedback.give(id, ...said) : null),
      },
      health: () => healthWithin(whole.health(), fleet.connected),
    },
    async close() {
      stop()
      await index.close()
    },
  }
}
