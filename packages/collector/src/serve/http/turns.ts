import { QueueFull, Serial } from '@pumphandle/shared/flow'
import { tooOften } from '../../model/refusal.ts'
import { FILES_AT_ONCE, READS_AT_ONCE, READS_WAITING } from './limits.ts'

/**
 * What one person asks for at once, with all their tokens: lists and files are made between the frames of machines, whose acks
 * would wait for whoever asks for hundreds of them.
 */
export class Turns {
  readonly #reads = new Map<string, Serial>()
  readonly #files = new Map<string, number>()

  /** Runs a read when it is its turn. @throws (rejects) Refusal 429 where too many wait, or what the work throws */
  async read<T>(who: string, work: () => Promise<T>): Promise<T> {
    let turns = this.#reads.get(who)
    if (!turns) this.#reads.set(who, (turns = new Serial({ atOnce: READS_AT_ONCE, maxWaiting: READS_WAITING })))
    try {
      return await turns.run(work)
    } catch (error) {
      if (error instanceof QueueFull)
        throw tooOften('Too many at once', 'Wait for the answers to what you asked before.', 1)
      throw error
    } finally {
      if (turns.isIdle) this.#reads.delete(who)
    }
  }

  /** Makes a file, which may take as long as its reader does. @throws (rejects) Refusal 429 for one more than a person may have */
  async file<T>(who: string, work: () => Promise<T>): Promise<T> {
    const before = this.#files.get(who) ?? 0
    if (before >= FILES_AT_ONCE)
      throw tooOften('Too many files', `${FILES_AT_ONCE} files are on their way to you. Wait for one.`, 10)
    this.#files.set(who, before + 1)
    try {
      return await work()
    } finally {
      const left = (this.#files.get(who) ?? 1) - 1
      if (left > 0) this.#files.set(who, left)
      else this.#files.delete(who)
    }
  }
}
