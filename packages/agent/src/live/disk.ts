import type { EventOf } from '@pumphandle/shared/wire'

/** Free space is compared over this long: a burst of a download is not a trend. */
const WINDOW_MS = 30 * 60_000
/** Told when the drive would be full within this many hours. */
const HOURS_LEFT = 6
/** A drive with this much free is not in danger, however fast it fills. */
const ENOUGH_BYTES = 50 * 1024 ** 3
/** Told once, and again only after this long. */
const REPEAT_MS = 6 * 3_600_000

/** Watches free space on the system drive for falling so fast that it ends soon. */
export interface DiskWatch {
  /** Takes one measurement; answers an event when it is time to speak. */
  measured(at: number, freeBytes: number): EventOf<'disk-falling'> | undefined
}

export function createDiskWatch(): DiskWatch {
  let samples: { at: number; freeBytes: number }[] = []
  let toldAt: number | undefined
  return {
    measured(at, freeBytes) {
      samples = [...samples.filter((sample) => at - sample.at <= WINDOW_MS && sample.at <= at), { at, freeBytes }]
      const first = samples[0]
      if (first === undefined || at - first.at < WINDOW_MS / 2 || freeBytes >= ENOUGH_BYTES) return undefined
      const bytesPerHour = Math.round(((first.freeBytes - freeBytes) / (at - first.at)) * 3_600_000)
      if (bytesPerHour <= 0 || freeBytes / bytesPerHour > HOURS_LEFT) return undefined
      if (toldAt !== undefined && at - toldAt < REPEAT_MS) return undefined
      toldAt = at
      return { id: `disk-falling:${at}`, at, type: 'disk-falling', freeBytes, bytesPerHour }
    },
  }
}
