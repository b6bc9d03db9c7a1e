import type { AgentEvent } from '@pumphandle/shared/wire'

/** An event of one machine, with its times. */
export interface Arrived {
  readonly machineId: number
  readonly event: AgentEvent
  /** When it happened, by the collector's clock. */
  readonly at: number
  readonly receivedAt: number
  /** How far the agent's clock ran ahead when it sent this. */
  readonly skew: number
  /** `event` as JSON, where that is known: writing it once more is a tenth of what an event costs. */
  readonly text?: string | undefined
}
