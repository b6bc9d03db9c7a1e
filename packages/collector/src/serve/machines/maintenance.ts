import type { TimelinePage } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { occurrence, repeatsOf } from '../../jobs/maintenance/recurrence.ts'
import { listMaintenance } from '../../store/maintenance.ts'
import type { ServeContext } from '../http/context.ts'

/** Work before this is long past; a window can be told for as long afterwards. */
const SHOWN_MS = 30 * DAY
/** Times of one window that are shown: a month of one that comes each week, and those that were moved by a summer. */
const MOST_TIMES = 6

type Times = TimelinePage['maintenance']

/**
 * Times of planned work on a machine in the last 30 days and the one that comes, told before or afterwards: of windows whose
 * query finds it now.
 */
export async function maintenanceOf(
  { store, clock, settings, windows }: Pick<ServeContext, 'store' | 'clock' | 'settings' | 'windows'>,
  machine: number,
): Promise<Times> {
  const now = clock.now()
  const times: Times = []
  for (const window of await listMaintenance(store.reader, now - SHOWN_MS)) {
    if (!(await finds(window.q, machine))) continue
    const planned = { from: window.from_at, until: window.until_at, repeats: repeatsOf(window.repeats) }
    let at = Math.max(now - SHOWN_MS, window.from_at)
    for (let n = 0; n < MOST_TIMES; n++) {
      const { from, until } = occurrence(planned, at, settings.current.timeZone)
      times.push({ title: window.title, from, until })
      if (from > now || planned.repeats === 'once') break
      at = until
    }
  }
  return times.sort((a, b) => b.from - a.from)

  async function finds(q: string, id: number): Promise<boolean> {
    try {
      return new Set(await windows.machinesOf(q)).has(id)
    } catch {
      // a query that is not understood any more is about nobody, as where windows open
      return false
    }
  }
}
