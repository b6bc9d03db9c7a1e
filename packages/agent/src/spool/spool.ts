import { createHash } from 'node:crypto'
import type { Clock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { openSpoolDatabase } from './database.ts'
import { importanceOf, LAST_TO_GO } from './importance.ts'

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
  /** What was remembered under a key, or undefined. */
  recall(key: string): unknown
  /** What had to be let go since this was last asked and `forgetDropped` called; undefined where nothing was. */
  dropped(): { since: number; dropped: Record<string, number> } | undefined
  forgetDropped(): void
  /** True where the file was found damaged and begun anew. */
  readonly wasDamaged: boolean
  close(): void
}

/** A month of a healthy machine without network, or some 8,000 crashes. */
const MAX_SPOOL_BYTES = 16 * 1024 * 1024
/** Ids remembered after their acknowledgement: more than a System log of 20 MB holds boots and crashes. */
const MAX_KNOWN = 20_000
/** Room is made in steps, so that a full spool does not look for room with each event. */
const ROOM_STEP = 0.05

export function openSpool(folder: string, clock: Pick<Clock, 'now'>, maxBytes = MAX_SPOOL_BYTES): Spool {
  const { database, wasDamaged } = openSpoolDatabase(folder)
  const insert = database.prepare(
    'INSERT OR REPLACE INTO events (id, type, importance, body) VALUES (@id, @type, @importance, @body)',
  )
  const known = database.prepare<[string], { hash: string }>('SELECT hash FROM known WHERE id = ?')
  const remember = database.prepare('INSERT OR REPLACE INTO known (id, hash, seq) VALUES (?, ?, ?)')
  const forgetOld = database.prepare('DELETE FROM known WHERE seq <= ?')
  const pending = database.prepare<[number], { seq: number; body: string }>(
    'SELECT seq, body FROM events ORDER BY importance, seq LIMIT ?',
  )
  const seqOf = database.prepare<[string, string], { seq: number }>('SELECT seq FROM events WHERE id = ? AND body = ?')
  const remove = database.prepare('DELETE FROM events WHERE seq = ?')
  const counted = database.prepare<[], { count: number }>('SELECT count(*) AS count FROM events')
  const recalled = database.prepare<[string], { value: string }>('SELECT value FROM memory WHERE key = ?')
  const write = database.prepare('INSERT OR REPLACE INTO memory (key, value) VALUES (?, ?)')
  const leastImportant = database.prepare<[], { seq: number; type: string; importance: number; bytes: number }>(
    'SELECT seq, type, importance, length(body) AS bytes FROM events ORDER BY importance DESC, seq LIMIT 1',
  )
  const countDropped = database.prepare(
    `INSERT INTO dropped (type, count, since) VALUES (?, 1, ?) ON CONFLICT (type) DO UPDATE SET count = count + 1`,
  )
  const allDropped = database.prepare<[], { type: string; count: number; since: number }>('SELECT * FROM dropped')
  const total = database.prepare<[], { bytes: number }>('SELECT coalesce(sum(length(body)), 0) AS bytes FROM events')
  let bytes = total.get()?.bytes ?? 0

  function makeRoom(): void {
    if (bytes <= maxBytes) return
    while (bytes > maxBytes * (1 - ROOM_STEP)) {
      const victim = leastImportant.get()
      // crashes, boots and changes make room only for each other, and only once they alone fill the spool
      if (victim === undefined || (victim.importance <= LAST_TO_GO && bytes <= maxBytes)) return
      remove.run(victim.seq)
      countDropped.run(victim.type, clock.now())
      bytes -= victim.bytes
    }
  }

  const offer = database.transaction((events: readonly AgentEvent[], memory: Readonly<Record<string, unknown>>) => {
    const fresh: AgentEvent[] = []
    for (const event of events) {
      const body = JSON.stringify(event)
      const hash = hashOf(body)
      if (known.get(event.id)?.hash === hash) continue
      const seq = Number(
        insert.run({ id: event.id, type: event.type, importance: importanceOf(event.type), body }).lastInsertRowid,
      )
      remember.run(event.id, hash, seq)
      forgetOld.run(seq - MAX_KNOWN)
      fresh.push(event)
      bytes += body.length
    }
    for (const [key, value] of Object.entries(memory)) write.run(key, JSON.stringify(value))
    makeRoom()
    return fresh
  })
  const acknowledge = database.transaction((seqs: readonly number[]) => {
    for (const seq of seqs) remove.run(seq)
    bytes = total.get()?.bytes ?? 0
  })

  return {
    wasDamaged,
    offer: (events, memory = {}) => offer(events, memory),
    fresh: (events) => events.filter((event) => known.get(event.id)?.hash !== hashOf(JSON.stringify(event))),
    next(limit, max, without) {
      const found: SpooledEvent[] = []
      let size = 0
      for (const row of pending.iterate(limit + without.size)) {
        if (without.has(row.seq)) continue
        size += Buffer.byteLength(row.body) + 1
        if (found.length > 0 && (found.length === limit || size > max)) break
        found.push(row)
      }
      return found
    },
    acknowledge: (seqs) => acknowledge(seqs),
    seqOf: (event) => seqOf.get(event.id, JSON.stringify(event))?.seq,
    count: () => counted.get()?.count ?? 0,
    recall(key) {
      const row = recalled.get(key)
      return row === undefined ? undefined : JSON.parse(row.value)
    },
    dropped() {
      const rows = allDropped.all()
      if (rows.length === 0) return undefined
      const dropped = Object.fromEntries(rows.map(({ type, count }) => [type, count]))
      return { since: Math.min(...rows.map(({ since }) => since)), dropped }
    },
    forgetDropped: () => void database.exec('DELETE FROM dropped'),
    close: () => void database.close(),
  }
}

/** 96 bits tell two versions of one event apart. */
function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 16)
}
