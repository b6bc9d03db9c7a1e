import { join } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import {
  type Content,
  contentOf,
  openInMemory,
  openSpoolDatabase,
  putAside,
  SPOOL_FILE,
  type SpoolDatabase,
} from './database.ts'
import { hashOf } from './hash.ts'
import { importanceOf, LAST_TO_GO } from './importance.ts'
import { salvage } from './salvage.ts'
import { type Had, type Statements, statementsOf, takeOver } from './statements.ts'
import { type Trouble, troubleOf } from './trouble.ts'

/** An event as it waits: `seq` names this version of it, which a later, fuller one replaces. */
interface SpooledEvent {
  seq: number
  /** The event as JSON, as it goes on the wire. */
  body: string
}

export interface Spool {
  /**
   * Keeps events until they are acknowledged. On return they are on the disk. An event that was offered before in the same
   * words is not kept again, also after it was acknowledged: sources may offer everything they see, each time.
   * `memory` is written in the same transaction: what a source remembers and what it reported cannot part.
   *
   * @returns those that are new or changed
   */
  offer(events: readonly AgentEvent[], memory?: Readonly<Record<string, unknown>>): AgentEvent[]
  /** Those of the events that `offer` would keep. */
  fresh(events: readonly AgentEvent[]): AgentEvent[]
  /** The next to send: the most important first, then the oldest, without those named. Bounded by count and bytes. */
  next(limit: number, maxBytes: number, without: ReadonlySet<number>): SpooledEvent[]
  /** The collector has committed these. */
  acknowledge(seqs: readonly number[]): void
  /** The number of a waiting event in exactly these words; undefined where it does not wait, or a fuller one does. */
  seqOf(event: AgentEvent): number | undefined
  count(): number
  /** Whether a crash waits. */
  hasCrash(): boolean
  /** What was remembered under a key, or undefined. */
  recall(key: string): unknown
  /** What had to be let go since this was last asked and `forgetDropped` called; undefined where nothing was. */
  dropped(): { since: number; dropped: Record<string, number> } | undefined
  forgetDropped(): void
  /** True where the file was found damaged: what could be read of it is in a new one. */
  readonly wasDamaged: boolean
  /** Why the file cannot be used, and all of this is in memory; undefined where it can. */
  readonly trouble: Trouble | undefined
  /** Looks whether the file can be used again, and takes into it what the memory has. Answers whether all is well. */
  retry(): boolean
  close(): void
}

/** A month of a healthy machine without network, or some 8,000 crashes. */
const MAX_SPOOL_BYTES = 16 * 1024 * 1024
/** Ids remembered after their acknowledgement: more than a System log of 20 MB holds boots and crashes. */
const MAX_KNOWN = 20_000
/** Room is made in steps, so that a full spool does not look for room with each event. */
const ROOM_STEP = 0.05

/** Under this type events are counted that were in a damaged spool and could not be read any more. */
const UNREADABLE = 'unreadable'

/**
 * Opens the spool of a folder. A disk that is full, read-only or held by another program is no damage: the spool goes on in
 * memory then, with what the file held, until {@link Spool.retry} finds that the file can be used again. What can be read
 * of a damaged file is taken into a new one, event by event; sources tell the rest again from Windows' own logs.
 */
export function openSpool(folder: string, clock: Pick<Clock, 'now'>, maxBytes = MAX_SPOOL_BYTES): Spool {
  let database: SpoolDatabase
  let s: Statements
  let trouble: Trouble | undefined
  let wasDamaged = false
  /** What of the file the spool in memory began with. */
  let had: Had = { seqs: new Set(), dropped: [] }
  /** A damaged file that was put aside, and is still to be read. */
  let aside: string | undefined
  let bytes = 0

  function use(next: SpoolDatabase): void {
    try {
      s = statementsOf(next)
      bytes = s.total.get()?.bytes ?? 0
      database = next
    } catch (error) {
      closeQuietly(next)
      throw error
    }
  }

  function goOnInMemory(why: Trouble, content: Content | undefined): void {
    trouble = why
    use(openInMemory(content))
    had = { seqs: new Set(s.seqs.all().map((row) => row.seq)), dropped: s.allDropped.all().map((row) => row.type) }
  }

  function beginAnew(): void {
    aside = putAside(folder)
    wasDamaged = true
    use(openSpoolDatabase(folder))
    try {
      takeSalvaged()
    } catch (error) {
      closeQuietly(database)
      throw error
    }
  }

  function takeSalvaged(): void {
    if (aside === undefined) return
    const { events, lost } = salvage(aside)
    offer(events, {})
    if (lost > 0) s.countDropped.run(UNREADABLE, lost, clock.now())
    aside = undefined
  }

  /** Opens the file, or what stands in for it. */
  function open(): void {
    try {
      use(openSpoolDatabase(folder))
    } catch (error) {
      const why = troubleOf(error)
      if (why === undefined) throw error
      mend(why)
    }
  }

  function mend(why: Trouble): void {
    try {
      if (why !== 'damaged') goOnInMemory(why, contentOf(folder))
      else beginAnew()
    } catch (error) {
      // a damaged file on a full disk: even that keeps nobody from being told what happens now, and what can be read of it;
      // what cannot is counted once the file is put aside
      goOnInMemory(troubleOf(error) ?? 'disk', undefined)
      offer(salvage(aside ?? join(folder, SPOOL_FILE)).events, {})
    }
  }

  /** Does it, and where the file cannot be used, does it again with what stands in for it. */
  function guarded<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      const why = troubleOf(error)
      if (why === undefined || trouble !== undefined) throw error
      const content = why === 'damaged' ? undefined : copyOf(database)
      closeQuietly(database)
      if (why === 'damaged') mend(why)
      else goOnInMemory(why, content)
      return run()
    }
  }

  function makeRoom(): void {
    if (bytes <= maxBytes) return
    while (bytes > maxBytes * (1 - ROOM_STEP)) {
      const victim = s.leastImportant.get()
      // crashes, boots and changes make room only for each other, and only once they alone fill the spool
      if (victim === undefined || (victim.importance <= LAST_TO_GO && bytes <= maxBytes)) return
      s.remove.run(victim.seq)
      s.countDropped.run(victim.type, 1, clock.now())
      bytes -= victim.bytes
    }
  }

  function offer(events: readonly AgentEvent[], memory: Readonly<Record<string, unknown>>): AgentEvent[] {
    const before = bytes
    try {
      return database.transaction(() => {
        const fresh: AgentEvent[] = []
        for (const event of events) {
          const body = JSON.stringify(event)
          const hash = hashOf(body)
          if (s.known.get(event.id)?.hash === hash) continue
          const seq = Number(
            s.insert.run({ id: event.id, type: event.type, importance: importanceOf(event.type), body })
              .lastInsertRowid,
          )
          s.remember.run(event.id, hash, seq)
          s.forgetOld.run(seq - MAX_KNOWN)
          fresh.push(event)
          bytes += body.length
        }
        for (const [key, value] of Object.entries(memory)) s.write.run(key, JSON.stringify(value))
        makeRoom()
        return fresh
      })()
    } catch (error) {
      bytes = before
      throw error
    }
  }

  function retry(): boolean {
    if (trouble === undefined) return true
    let file: SpoolDatabase
    try {
      file = openSpoolDatabase(folder)
    } catch (error) {
      if (troubleOf(error) !== 'damaged') return false
      try {
        const put = putAside(folder)
        aside ??= put
        wasDamaged = true
        file = openSpoolDatabase(folder)
      } catch {
        return false
      }
    }
    try {
      takeOver(file, database, had)
    } catch {
      closeQuietly(file)
      return false
    }
    closeQuietly(database)
    use(file)
    trouble = undefined
    guarded(takeSalvaged)
    return trouble === undefined
  }

  open()
  return {
    get wasDamaged() {
      return wasDamaged
    },
    get trouble() {
      return trouble
    },
    retry,
    offer: (events, memory = {}) => guarded(() => offer(events, memory)),
    fresh: (events) =>
      guarded(() => events.filter((event) => s.known.get(event.id)?.hash !== hashOf(JSON.stringify(event)))),
    next: (limit, max, without) =>
      guarded(() => {
        const found: SpooledEvent[] = []
        let size = 0
        for (const row of s.pending.iterate(limit + without.size)) {
          if (without.has(row.seq)) continue
          size += Buffer.byteLength(row.body) + 1
          if (found.length > 0 && (found.length === limit || size > max)) break
          found.push(row)
        }
        return found
      }),
    acknowledge: (seqs) =>
      guarded(() => {
        database.transaction(() => {
          for (const seq of seqs) s.remove.run(seq)
        })()
        bytes = s.total.get()?.bytes ?? 0
      }),
    seqOf: (event) => guarded(() => s.seqOf.get(event.id, JSON.stringify(event))?.seq),
    hasCrash: () => guarded(() => s.crash.get() !== undefined),
    count: () => guarded(() => s.counted.get()?.count ?? 0),
    recall(key) {
      const row = guarded(() => s.recalled.get(key))
      return row === undefined ? undefined : JSON.parse(row.value)
    },
    dropped() {
      const rows = guarded(() => s.allDropped.all())
      if (rows.length === 0) return undefined
      const dropped = Object.fromEntries(rows.map(({ type, count }) => [type, count]))
      return { since: Math.min(...rows.map(({ since }) => since)), dropped }
    },
    forgetDropped: () => guarded(() => void database.exec('DELETE FROM dropped')),
    close() {
      // what is in memory alone goes with it
      retry()
      closeQuietly(database)
    },
  }
}

/** All of it as it is now; undefined where even that cannot be read. */
function copyOf(database: SpoolDatabase): Content | undefined {
  try {
    return { bytes: database.serialize(), isWhole: true }
  } catch {
    return undefined
  }
}

function closeQuietly(database: SpoolDatabase): void {
  try {
    database.close()
  } catch {
    // a file that cannot be written cannot be closed well either; what it holds is on the disk
  }
}
