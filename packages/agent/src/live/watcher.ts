import { existsSync, type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'

/** A folder whose changes matter, and what to do when something changed in it. */
export interface WatchedPlace {
  /** Full path of a folder, which may not exist yet: its nearest existing parent is watched until it does. */
  folder: string
  /** Resolves when the change has been dealt with. */
  changed: () => Promise<void>
  rest: Rest
}

/**
 * The time between two reports. A change is reported at once; further ones meanwhile become one more report after the rest.
 * An updater writes hundreds of files: none may wait for long, and together they must not keep the processor busy.
 */
export interface Rest {
  /** How often its own time a report is followed by rest: 4 means a fifth of one processor at most. */
  times: number
  leastMs: number
  mostMs: number
}

/** Behind the watch: file systems drop events under load, and some (network, overlay) send none. */
const SLOW_POLL_MS = 10 * 60_000

/** Watches folders until the answer is called. A place that cannot be watched is polled. */
export function watchPlaces(places: readonly WatchedPlace[], clock: Clock): () => void {
  const ends = places.map((place) => watchPlace(place, clock))
  return () => {
    for (const end of ends) end()
  }
}

function watchPlace({ folder, changed, rest }: WatchedPlace, clock: Clock): () => void {
  let watcher: FSWatcher | undefined
  let watched: string | undefined
  const reports = createReports(changed, rest, clock)

  /** Watches the folder, or the nearest parent that exists. */
  function attach(): void {
    let nearest = folder
    while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest)
    if (nearest === watched) return
    watcher?.close()
    watcher = undefined
    watched = undefined
    try {
      watcher = watch(nearest, { persistent: false }, () => {
        attach()
        reports.ask()
      })
      watcher.on('error', detach)
      watched = nearest
    } catch {
      // removed between the two calls: the poll tries again
    }
  }

  function detach(): void {
    watcher?.close()
    watcher = undefined
    watched = undefined
  }

  attach()
  const endPoll = clock.every(SLOW_POLL_MS, () => {
    if (watched !== undefined && !existsSync(watched)) detach()
    attach()
    reports.ask()
  })
  return () => {
    detach()
    endPoll()
    reports.end()
  }
}

/** Reports one at a time, with a rest after each that is as long as the report itself was dear. */
export function createReports(
  report: () => Promise<void>,
  { times, leastMs, mostMs }: Rest,
  clock: Clock,
): { ask(): void; end(): void } {
  let isBusy = false
  let isAsked = false
  let isEnded = false
  let wake: (() => void) | undefined

  async function run(): Promise<void> {
    isBusy = true
    isAsked = false
    const began = clock.now()
    await report()
    if (isEnded) return
    // a clock that was set meanwhile gives nonsense, which the bounds take care of
    const restMs = Math.min(mostMs, Math.max(leastMs, times * (clock.now() - began)))
    wake = clock.after(restMs, () => {
      isBusy = false
      if (isAsked) void run()
    })
  }

  return {
    ask() {
      isAsked = true
      if (!isBusy) void run()
    },
    end() {
      isEnded = true
      wake?.()
    },
  }
}
