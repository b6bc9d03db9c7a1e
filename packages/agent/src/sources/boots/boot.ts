/** How a boot ended. `unexpected`: power cut, hang or forced off; `unknown`: nothing tells. */
export type BootEnd = 'clean' | 'bugcheck' | 'unexpected' | 'unknown'

/**
 * One session of Windows and how it ended: a cold start, or one that fast start-up resumed, of the same kernel as the cold
 * start before it. Times are ISO 8601 in UTC, by the machine's own clock, which may be wrong.
 */
export interface Boot {
  bootId: string
  startedAt: string
  /** The clock lagged behind the boot before, and nothing tells by how much: `startedAt` is no earlier than that boot's end. */
  isClockLost?: true
  /** What the machine's own clock said at the start, where `startedAt` is not by it, though nothing tells that it was set since. */
  clockSaid?: string
  endedAt: string | null
  end: BootEnd
  /** What is known beyond `end`, for example `forced off with the power button`. */
  endReason?: string
  /** `fast-startup` resumes the kernel from disk and is not a fresh start of every driver. */
  start: 'cold' | 'fast-startup' | 'unknown'
  safeMode?: 'minimal' | 'network'
  /** How the boot before this one ended, also where that boot itself left no trace in the log. */
  previous: { end: BootEnd; at?: string; reason?: string }
  /** Windows version as the kernel logged it at this start, e.g. 19045.4651. */
  os?: string
  /** `event-log`, `minidump`, `memory-dump`: what the boot is known from. */
  seenIn: string
}

/** Three or more starts within half an hour, each after an unclean end. */
export interface BootLoop {
  boots: number
  since: string
  until: string
}
