import { existsSync, type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'

/** A folder whose changes matter, and what to do when something changed in it. */
export interface WatchedPlace {
  /** Full path of a folder, which may not exist yet: its nearest existing parent is watched until it does. */
  folder: string
  changed: () => void
}

/**
 * A change is reported at once; further ones within this time are one more report at its end. An updater writes dozens of
 * files, and the first of them must not wait for the last.
 */
const GATHER_MS = 300
/** Behind the watch: file systems drop events under load, and some (network, overlay) send none. */
const SLOW_POLL_MS = 10 * 60_000

/** Watches folders until the answer is called. A place that cannot be watched is polled. */
export function watchPlaces(places: readonly WatchedPlace[], clock: Clock): () => void {
  const ends = places.map((place) => watchPlace(place, clock))
  return () => {
    for (const end of ends) end()
  }
}

function watchPlace({ folder, changed }: WatchedPlace, clock: Clock): () => void {
  let watcher: FSWatcher | undefined
  let watched: string | undefined
  let gathering: (() => void) | undefined
  let hasMore = false

  function report(): void {
    if (gathering) {
      hasMore = true
      return
    }
    gathering = clock.after(GATHER_MS, () => {
      gathering = undefined
      if (!hasMore) return
      hasMore = false
      report()
    })
    changed()
  }

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
        report()
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
    report()
  })
  return () => {
    detach()
    endPoll()
    gathering?.()
  }
}
