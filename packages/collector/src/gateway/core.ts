import type { AgentFrame, Hello } from '@pumphandle/shared/wire'
import type { Link, ProvenBy } from '../ingest/link.ts'
import type { Authenticated, NobodyKnown } from './authenticate.ts'

/** One connection of one machine, as the core sees it. */
export interface AgentSession {
  /** Takes a frame that passed its schema. */
  receive(frame: AgentFrame): void
  /** The agent's connection is gone. */
  lost(): void
}

/** A machine that proved who it is. */
export interface Proven extends Authenticated {
  /** Its probation is over. */
  readonly isKnown: boolean
}

/** Who says hello, and how that was proven. */
export interface Introduced {
  readonly uid: string
  readonly by: ProvenBy
}

/**
 * What a gateway asks of the core, which owns the database, the fleet and the detector: in this process, or at the other
 * end of a pipe (./process). See decision 0006.
 */
export interface Core {
  /** The machine that an Authorization header proves, or undefined where it proves none; where there are candidates, one must be found right. */
  authenticate(header: string | undefined): Promise<Proven | NobodyKnown | undefined>
  /** A machine that proved itself says hello. @returns undefined when the link was refused */
  connect(who: Introduced, hello: Hello, link: Link): AgentSession | undefined
}
