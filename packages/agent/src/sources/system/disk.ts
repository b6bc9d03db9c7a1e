import { statfsSync } from 'node:fs'
import type { Volume } from '../../volume/volume.ts'
import type { Reading, Source } from '../source.ts'

export interface DiskFacts {
  freeBytes: number | null
  totalBytes: number | null
}

/** Free and total bytes of the file system that holds the volume. */
export const diskSource: Source<DiskFacts> = { name: 'disk', read: async (volume) => readDisk(volume) }

function readDisk(volume: Volume): Reading<DiskFacts> {
  try {
    const { bavail, blocks, bsize } = statfsSync(volume.dir)
    return { facts: { freeBytes: bavail * bsize, totalBytes: blocks * bsize }, problems: [] }
  } catch {
    const problem = { code: 'disk-unknown', message: 'The file system does not tell its free space', where: 'volume' }
    return { facts: { freeBytes: null, totalBytes: null }, problems: [problem] }
  }
}
