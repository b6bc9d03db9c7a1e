import { existsSync, type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'

/** A folder whose changes matter, and what to do when something changed in it. */
export interface WatchedPlace {
  /** Full path of a folder, which may not exist yet: its nearest existing parent is watched until it does. */
  folder: string
  /** Only files of these names matter, in lower case; without it, all. */
  names?: ReadonlySet<string> | undefined
  /** Resolves when the change has been dealt with, with whether there was news in it. */
  changed: () => Promise<boolean>
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
  /** Twice as long after each report without news. */
  isDoubled?: boolean
}

/** Whatever a report costs, the rest is at its bound by then. */
const MAX_FACTOR = 1024
/** Whether a folder came or went is looked at this often, behind the watch. */
const LOOK_AGAIN_MS = 10 * 60_000

/**
 * Watches folders until the answer is called. File systems drop events under load, and some (network, overlay) send none: who
 * must not miss a change looks by himself from time to time too.
 */
export function watchPlaces(places: readonly WatchedPlace[], clock: Clock): () => void {
  const ends = places.map((place) => watchPlace(place, clock))
  return () => {
    for (const end of ends) end()
  }
}

function watchPlace({ folder, names, changed, rest }: WatchedPlace, clock: Clock): () => void {
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
      watcher = watch(nearest, { persistent: false }, (_event, name) => {
        // a burst comes without a name, and a parent tells of other things than the folder's files
        if (names && name !== null && watched === folder && !names.has(name.toLowerCase())) return
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
  const endPoll = clock.every(LOOK_AGAIN_MS, () => {
    const before = watched
    if (watched !== undefined && !existsSync(watched)) detach()
    attach()
    if (watched !== before) reports.ask()
  })
  return () => {
    detach()
    endPoll()
    reports.end()
  }
}

/** Reports one at a time, with a rest after each that is as long as the report itself was dear. */
export function createReports(
  report: () => Promise<boolean>,
  { times, leastMs, mostMs, isDoubled = false }: Rest,
  clock: Clock,
): { ask(): void; end(): void } {
  let isBusy = false
  let isAsked = false
  let isEnded = false
  let factor = 1
  let wake: (() => void) | undefined

  async function run(): Promise<void> {
    isBusy = true
    isAsked = false
    const began = clock.now()
    const isNews = await report()
    if (isEnded) return
    factor = isNews || !isDoubled ? 1 : Math.min(factor * 2, MAX_FACTOR)
    // a clock that was set meanwhile gives nonsense, which the bounds take care of
    const restMs = Math.min(mostMs, factor * Math.max(leastMs, times * (clock.now() - began)))
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
