import type { AgentFrame, Hello } from '@pumphandle/shared/wire'
import type { Link } from '../ingest/link.ts'

/** One connection of one machine, as the core sees it. */
export interface AgentSession {
  /** Takes a frame that passed its schema. */
  receive(frame: AgentFrame): void
  /** The agent's connection is gone. */
  lost(): void
}

/** A machine that proved who it is. */
export interface Proven {
  readonly uid: string
  /** Its probation is over. */
  readonly isKnown: boolean
}

/**
 * What a gateway asks of the core, which owns the database, the fleet and the detector: in this process, or at the other
 * end of a pipe (./process). See decision 0006.
 */
export interface Core {
  /** The machine that an Authorization header proves, or undefined. */
  authenticate(header: string | undefined): Promise<Proven | undefined>
  /** A machine that proved itself says hello. @returns undefined when the link was refused */
  connect(uid: string, hello: Hello, link: Link): AgentSession | undefined
}
