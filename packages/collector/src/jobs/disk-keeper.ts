import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import { Job } from '../log/job.ts'
import type { Logger } from '../log/logger.ts'

const EVERY_MS = MINUTE
/** Less than this share is nearly full, and much less is an error; it is over with a little more, or it would flap. */
const FREE = { early: 0.1, late: 0.03, over: 0.12 } as const
/** A tenth of a large disk is enough for years: a disk with more bytes free than these is not nearly full. */
const ENOUGH_BYTES = 50 * 2 ** 30

type Problem = CollectorHealth['problems'][number]

/** A folder whose disk must not be full, and why. */
interface Watched {
  readonly code: string
  readonly folder: string
  /** What happens then, and what can be done: the end of a sentence. */
  readonly advice: string
}

export interface DiskKeeperDeps {
  readonly clock: Clock
  readonly log: Logger
  /** Those on one disk are told of once, by the first. */
  readonly watched: readonly Watched[]
  /** Bytes of the disk that has a folder, and those that this user may still write. */
  readonly room?: (folder: string) => Promise<{ readonly size: number; readonly free: number }>
}

/** Says that a disk is nearly full while there is still time to make room. */
export class DiskKeeper extends Job {
  readonly #deps: DiskKeeperDeps
  readonly #problems = new Map<string, Problem>()

  constructor(deps: DiskKeeperDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'how full the disks are could not be read',
    })
    this.#deps = deps
  }

  get problems(): readonly Problem[] {
    return [...this.#problems.values()]
  }

  async #round(): Promise<void> {
    const { watched, room = roomOf } = this.#deps
    const disks = new Set<number>()
    for (const { code, folder, advice } of watched) {
      const disk = diskOf(folder)
      if (disk === undefined || disks.has(disk)) {
        this.#problems.delete(code)
        continue
      }
      disks.add(disk)
      const { size, free } = await room(folder)
      const share = free / size
      const isFull = share < (this.#problems.has(code) ? FREE.over : FREE.early) && free < ENOUGH_BYTES
      if (!isFull) this.#problems.delete(code)
      else
        this.#problems.set(code, {
          code,
          title: `The disk of ${folder} is nearly full: ${Math.floor(share * 100)}% is free (${inWords(free)}). ${advice}`,
          severity: share < FREE.late ? 'error' : 'warning',
        })
    }
  }
}

/** Undefined where the folder is not there, which others tell of. */
function diskOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.dev
}

async function roomOf(folder: string) {
  const { blocks, bavail, bsize } = await statfs(folder)
  return { size: blocks * bsize, free: bavail * bsize }
}

function inWords(bytes: number): string {
  const gigabytes = bytes / 2 ** 30
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${Math.floor(bytes / 2 ** 20)} MB`
}
