import type { LiveMessage } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { LIVE_BEAT } from '@pumphandle/shared/time'
import type { Response } from 'express'
import type { Actor } from '../../people/index.ts'

/** Messages kept for pages that come back: about ten minutes of an unfolding incident. */
const RING_MESSAGES = 4_000
/** The same in bytes, so that long messages do not take the memory of many. */
const RING_BYTES = 8 * 1024 * 1024
/** Bytes waiting for one page, and those that one that comes back is given at once. A page that far behind is cut off: it comes back and resumes, or reads everything anew. */
const MAX_WAITING_BYTES = 1024 * 1024
/** Pages at once: each costs about 13 µs CPU per message. */
const MAX_PAGES = 2_000
/** Of one person or token: a wall of screens, and not everybody's places. */
const MAX_PAGES_OF_ONE = 20
/** Of one person with all their tokens, each of which may be another program's. */
const MAX_PAGES_OF_PERSON = 60
/** What a browser's own EventSource waits before it comes back. */
const RETRY_MS = 2_000

/** Ends streams whose reader may read no longer, or something else. */
export interface Pages {
  dismiss(who: Dismissed): void
}

/** Whose streams end: of one who acts, of a person with all their tokens, or of one session. */
export interface Dismissed {
  readonly actor?: string
  readonly countedAs?: string
  readonly session?: string
}

interface Kept {
  readonly seq: number
  readonly chunk: Buffer
}

/** Who reads. */
export interface Reader {
  /** Key of the actor, and session where it is one, so that signing out ends the stream. */
  readonly actor: string
  readonly session: string | undefined
  /** The person whose it is, or whose token's. */
  readonly countedAs: string
  /** What they had when they began: the whole fleet, or some places. */
  readonly places: Actor['places']
}

interface Page extends Reader {
  readonly res: Response
}

/**
 * The live stream: every message is numbered, written out once, kept for a while, and sent to all pages. The id of a
 * message is `run-number`; a page that names one of another run, or one that is no longer kept, gets `reset`.
 */
export class LiveHub implements Pages {
  readonly #clock: Clock
  readonly #run: string
  readonly #version: string
  readonly #pages = new Set<Page>()
  readonly #elsewhere: (who?: string) => number
  #ring: Kept[] = []
  #ringBytes = 0
  #seq = 0
  readonly #stop: () => void
  /** Pages that were cut off because they read too slowly, since the start. */
  cutOff = 0

  /** @param elsewhere pages of other streams of this collector, of all or of one, which count with these */
  constructor(clock: Clock, version: string, elsewhere: (who?: string) => number = () => 0) {
    this.#clock = clock
    this.#elsewhere = elsewhere
    this.#version = version
    this.#run = clock.now().toString(36)
    // it also keeps proxies from closing a quiet line
    this.#stop = clock.every(LIVE_BEAT, () => {
      const beat: LiveMessage = { type: 'beat', at: clock.now() }
      this.#broadcast(Buffer.from(this.#withId(beat, false)))
    })
  }

  get pages(): number {
    return this.#pages.size
  }

  /** Those of one actor, or of one person with all their tokens. */
  pagesOf(who: string): number {
    let own = 0
    for (const page of this.#pages) if (page.actor === who || page.countedAs === who) own++
    return own
  }

  publish(message: LiveMessage): void {
    const seq = ++this.#seq
    const chunk = Buffer.from(`id: ${this.#run}-${seq}\ndata: ${JSON.stringify(message)}\n\n`)
    this.#ring.push({ seq, chunk })
    this.#ringBytes += chunk.length
    this.#trim()
    this.#broadcast(chunk)
  }

  /**
   * Starts a page's stream, after what it has already.
   * @param lastId the Last-Event-ID of a page that comes back
   * @returns false when there are too many pages, of all or of this person; nothing was sent then.
   */
  attach(res: Response, who: Reader, lastId: string | undefined): boolean {
    if (this.#pages.size + this.#elsewhere() >= MAX_PAGES) return false
    if (this.pagesOf(who.countedAs) + this.#elsewhere(who.countedAs) >= MAX_PAGES_OF_PERSON) return false
    if (this.pagesOf(who.actor) + this.#elsewhere(who.actor) >= MAX_PAGES_OF_ONE) return false
    res.status(200)
    res.setHeader('Content-Type', 'text/event-stream')
    res.setHeader('Cache-Control', 'no-store')
    // nginx holds answers back unless it is told not to
    res.setHeader('X-Accel-Buffering', 'no')
    const hello: LiveMessage = { type: 'hello', at: this.#clock.now(), version: this.#version }
    res.write(`retry: ${RETRY_MS}\n${this.#withId(hello, lastId === undefined)}`)
    if (lastId !== undefined) this.#resume(res, lastId)
    const page: Page = { res, ...who }
    this.#pages.add(page)
    res.once('close', () => this.#pages.delete(page))
    return true
  }

  /** Ends streams whose right to read has ended. */
  dismiss(who: Dismissed): void {
    for (const page of this.#pages)
      if (
        page.actor === who.actor ||
        page.countedAs === who.countedAs ||
        (who.session !== undefined && page.session === who.session)
      )
        page.res.end()
  }

  /** Whose streams are open. For asking again whether they still may read. */
  readers(): Iterable<Reader> {
    return [...this.#pages]
  }

  close(): void {
    this.#stop()
    for (const page of this.#pages) page.res.end()
  }

  #resume(res: Response, lastId: string): void {
    const [run, text] = lastId.split('-')
    const last = Number(text)
    const oldest = (this.#ring[0]?.seq ?? this.#seq + 1) - 1
    if (run !== this.#run || !Number.isInteger(last) || last < oldest || last > this.#seq) {
      res.write(this.#withId({ type: 'reset' }, true))
      return
    }
    const missed = this.#ring.slice(this.#ring.length - (this.#seq - last))
    const bytes = missed.reduce((sum, { chunk }) => sum + chunk.length, 0)
    // so much is read anew sooner; and whoever comes back again and again takes no memory by it
    if (bytes > MAX_WAITING_BYTES) res.write(this.#withId({ type: 'reset' }, true))
    else if (bytes > 0) res.write(Buffer.concat(missed.map(({ chunk }) => chunk)))
  }

  #withId(message: LiveMessage, id: boolean): string {
    return `${id ? `id: ${this.#run}-${this.#seq}\n` : ''}data: ${JSON.stringify(message)}\n\n`
  }

  #broadcast(chunk: Buffer): void {
    for (const { res } of this.#pages) {
      if (res.writableLength > MAX_WAITING_BYTES) {
        this.cutOff++
        res.destroy()
      } else res.write(chunk)
    }
  }

  #trim(): void {
    let gone = 0
    while (this.#ring.length - gone > RING_MESSAGES || this.#ringBytes > RING_BYTES) {
      this.#ringBytes -= this.#ring[gone]?.chunk.length ?? 0
      gone++
    }
    // one cut for many: removing the first of an array moves all the others
    if (gone > 0) this.#ring = this.#ring.slice(gone)
  }
}
