import type { TimelineEntry } from '@pumphandle/shared/api'
import type { AgentEvent } from '@pumphandle/shared/wire'
import type { Reader, Row } from '../../store/index.ts'
import { type Before, countTimeline, eventsOf, type Span, transitionsOf } from '../../store/timeline.ts'
import { eventInWords, laneOf } from './event-words.ts'

export interface TimelineWanted extends Span {
  readonly before: Before | null
  readonly limit: number
}

/** A machine's own events and what the collector saw of it, newest first. */
export async function timelineOf(
  db: Reader,
  machine: number,
  wanted: TimelineWanted,
): Promise<{ entries: TimelineEntry[]; more: boolean; total: number }> {
  const { before, limit } = wanted
  const [events, transitions, total] = await Promise.all([
    eventsOf(db, machine, wanted, before, limit + 1),
    transitionsOf(db, machine, wanted, before, limit + 1),
    countTimeline(db, machine, wanted),
  ])
  const entries = [...events.map(eventEntry), ...transitions.map(transitionEntry)]
  entries.sort((a, b) => b.at - a.at || b.seq - a.seq)
  return { entries: entries.slice(0, limit), more: entries.length > limit, total }
}

function eventEntry(row: Row<'event'>): TimelineEntry {
  const event = JSON.parse(row.payload) as AgentEvent
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
