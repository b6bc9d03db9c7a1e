import type { MachineState } from './common.ts'
import type { IncidentRow } from './incidents.ts'

/**
 * Messages of GET /api/v1/live (server-sent events). The SSE `id` resumes the stream; `reset` says that too much was
 * missed and the page reads everything again. Bursts are coalesced: at most one message of a kind per 250 ms.
 */
export type LiveMessage =
  | { type: 'hello'; at: number; version: string }
  /** Every five seconds (LIVE_BEAT), so that a page whose line is dead knows it. It has no SSE id. */
  | { type: 'beat'; at: number }
  | { type: 'reset' }
  | { type: 'counts'; at: number; states: Record<MachineState, number>; heardLastMinute: number }
  | {
      type: 'machines'
      at: number
      changed: { id: string; state: MachineState; practice: string | null }[]
      more: number
    }
  | { type: 'practices'; at: number; codes: string[]; more: number }
  | { type: 'incident'; at: number; incident: IncidentRow }
  | { type: 'incident-history'; at: number; id: number }
  /** Machines whose timelines grew. */
  | { type: 'machine-events'; at: number; ids: string[]; more: number }
