import { statfsSync } from 'node:fs'
import { cpus, freemem, totalmem, uptime } from 'node:os'
import type { Vitals } from '@pumphandle/shared/wire'

/** Reads how the computer does: Node's own calls into Windows, no process started, under a millisecond. */
export interface VitalsReader {
  /** CPU is the mean since the last reading; the first reading has none. */
  read(): Vitals
}

/** @param drive a path on the system drive */
export function createVitalsReader(drive: string): VitalsReader {
  let last: { busy: number; total: number } | undefined
  return {
    read() {
      const now = processorTimes()
      const cpuPercent = last && now.total > last.total ? (now.busy - last.busy) / (now.total - last.total) : undefined
      last = now
      const memoryBytes = totalmem()
      return {
        uptimeSeconds: Math.round(uptime()),
        ...(cpuPercent !== undefined && { cpuPercent: percent(cpuPercent) }),
        memoryUsedPercent: percent(1 - freemem() / memoryBytes),
        memoryBytes,
        ...diskOf(drive),
      }
    },
  }
}

/** Milliseconds that all processors were busy, and in all. */
function processorTimes(): { busy: number; total: number } {
  let busy = 0
  let total = 0
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq
    total += all
    busy += all - times.idle
  }
  return { busy, total }
}

/** Space of the drive that `drive` is on; undefined where it is not there. */
export function diskOf(drive: string): Pick<Vitals, 'diskFreeBytes' | 'diskBytes'> | undefined {
  try {
    const { bsize, bavail, blocks } = statfsSync(drive)
    return { diskFreeBytes: bsize * bavail, diskBytes: bsize * blocks }
  } catch {
    return undefined // an offline volume that was taken away
  }
}

/** One decimal of a share: more would change with every reading and tell nothing. */
function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10
}
