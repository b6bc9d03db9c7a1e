import type { Culprit } from './culprit.ts'

/** A crash of any kind. Times are ISO 8601 in UTC, by the machine's own clock. */
export interface Crash {
  /** The same crash has the same id, whichever sources saw it and however often the volume is read. */
  id: string
  at: string
  /** `exact`: from the dump or the event itself; `latest`: the next start, as nothing nearer tells. */
  atPrecision: 'exact' | 'latest'
  /** When anything was last written to the log before it. */
  lastAliveAt?: string
  kind: 'bugcheck' | 'app' | 'hang' | 'service'
  /** Eight hexadecimal digits as Windows writes them, e.g. `0x0000007e`. */
  stopCode: string | null
  stopName?: string
  /** Four times sixteen hexadecimal digits. */
  parameters: string[]
  process: string | null
  processVersion?: string
  /** The module at the faulting address. */
  module: string | null
  moduleVersion?: string
  /** Place inside the module, e.g. `0x334c`. */
  moduleOffset?: string
  exceptionCode?: string
  culprit: Culprit | null
  /** File name of the dump. */
  dump: string | null
  dumpKind?: string
  bootId?: string
  uptimeSeconds?: number
  /** Drivers not made by Microsoft that were loaded. */
  drivers?: { name: string; version?: string; company?: string }[]
  /** How many of the same signature this one stands for. */
  count?: number
  /** `log-1001`, `log-41`, `log-wer`, `minidump`, `memory-dump`, `log-1000` and so on. */
  sources: string[]
}
