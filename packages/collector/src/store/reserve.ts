import { rmSync, statfsSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Room that is kept: sign-ins, notes, incidents and messages of some days, while events wait. */
const MOST_BYTES = 16 * 1024 * 1024
/** Of the whole disk at most. */
const SHARE = 0.02
/** Room that must be free beside it, or it would fill the disk by itself. */
const BESIDE = 2
const CHUNK = Buffer.alloc(64 * 1024)

/**
 * A file of nothing beside the database. When the disk is full it is deleted, so that what people do can still be stored
 * and the collector can say what is wrong; events wait meanwhile. It is made again once there is room.
 */
export class Reserve {
  readonly #path: string

  /** @param file the database's */
  constructor(file: string) {
    this.#path = join(dirname(file), 'reserve')
  }

  /** Whether it is there. */
  get isKept(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false }) !== undefined
  }

  /**
   * Makes it, unless it is there. The disk is waited for by another thread: one that was full may hang now.
   * @returns false where there is no room for it and as much again
   */
  async make(): Promise<boolean> {
    if (this.isKept) return true
    const { bsize, blocks, bavail } = statfsSync(dirname(this.#path))
    const bytes = Math.min(MOST_BYTES, Math.floor(blocks * bsize * SHARE))
    if (bavail * bsize < bytes * BESIDE) return false
    try {
      await this.#write(bytes)
      return true
    } catch {
      this.release()
      return false
    }
  }

  release(): void {
    rmSync(this.#path, { force: true })
  }

  async #write(bytes: number): Promise<void> {
    await using file = await open(this.#path, 'w', 0o600)
    for (let written = 0; written < bytes; )
      written += (await file.write(CHUNK, 0, Math.min(CHUNK.length, bytes - written))).bytesWritten
    await file.sync()
  }
}
