import { createHash } from 'node:crypto'

/** What stands before the first line that there ever was. */
export const GENESIS = '0'.repeat(64)

/** One line of the audit log, without its link. */
export interface AuditFacts {
  readonly id: number
  /** ms epoch */
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: string
}

export interface AuditLine extends AuditFacts {
  /** SHA-256 over the line and the hash of the one before it, hexadecimal */
  readonly hash: string
}

/** A line's link: who changes, removes or inserts one has to change every later link, and the last one others may know. */
export function linkHash(before: string, { id, at, actor, action, subject, detail }: AuditFacts): string {
  return createHash('sha256')
    .update(`${before}\n${JSON.stringify([id, at, actor, action, subject, detail])}`)
    .digest('hex')
}

/** A place of the chain: a line, and its hash. */
export interface ChainPoint {
  readonly id: number
  readonly hash: string
}

/** Follows a chain line by line. */
export class ChainReader {
  #before: string | undefined
  #last: ChainPoint | undefined
  lines = 0

  /** @param before the hash before the first line; undefined where a file begins in the middle of a log */
  constructor(before?: string) {
    this.#before = before
  }

  /** The last line that was followed. */
  get last(): ChainPoint | undefined {
    return this.#last
  }

  /** @returns whether the line is what was written, after the one before it */
  follows(line: AuditLine): boolean {
    const before = this.#before
    this.lines++
    this.#before = line.hash
    this.#last = { id: line.id, hash: line.hash }
    // of a part of a log nobody knows what its first line is linked to
    return before === undefined || linkHash(before, line) === line.hash
  }
}
