import type { TimelineEntry } from '@pumphandle/shared/api'
import { AgentEvent } from '@pumphandle/shared/wire'
import type { Reader, Row } from '../../store/index.ts'
import { readJson } from '../../store/read-json.ts'
import { type Before, countTimeline, eventsOf, type Span, transitionsOf } from '../../store/timeline.ts'
import { eventInWords, laneOf } from './event-words.ts'

export interface TimelineWanted extends Span {
  readonly before: Before | null
  readonly limit: number
}

/**
 * A machine's own events and what the collector saw of it, newest first; events that nobody can read are left out.
 * `next` is where the next page goes on; null at the end.
 */
export async function timelineOf(
  db: Reader,
  machine: number,
  wanted: TimelineWanted,
): Promise<{ entries: TimelineEntry[]; next: Before | null; total: number }> {
  const { before, limit } = wanted
  const [events, transitions, total] = await Promise.all([
    eventsOf(db, machine, wanted, before, limit + 1),
    transitionsOf(db, machine, wanted, before, limit + 1),
    countTimeline(db, machine, wanted),
  ])
  const rows = [
    ...events.map((row) => ({ at: row.at, seq: row.seq, entry: () => eventEntry(row) })),
    ...transitions.map((row) => ({ at: row.at, seq: -row.id, entry: () => transitionEntry(row) })),
  ]
  rows.sort((a, b) => b.at - a.at || b.seq - a.seq)
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return {
    entries: shown.flatMap(({ entry }) => entry() ?? []),
    next: last ? { at: last.at, seq: last.seq } : null,
    total,
  }
}

function eventEntry(row: Row<'event'>): TimelineEntry | undefined {
  const event = readJson(AgentEvent, row.payload, { table: 'event', id: row.seq })
  if (!event) return undefined
  return {
    seq: row.seq,
    at: row.at,
    receivedAt: row.received_at,
    lane: laneOf(event.type),
    type: row.type,
    text: eventInWords(event),
    // an inventory has up to 150 kB, and the machine's page shows it as what is now
    event: event.type === 'inventory' ? null : event,
  }
}

function transitionEntry(row: Row<'machine_transition'>): TimelineEntry {
  return {
    seq: -row.id,
    at: row.at,
    receivedAt: row.at,
    lane: 'connection',
    type: row.to_state,
    text: row.reason,
    event: null,
  }
}
