/** How the boot before ended; `same` means that the collector was told of this boot before. */
type PreviousEnd = 'same' | 'clean' | 'bugcheck' | 'unexpected'

/** A bugcheck that a machine reports when it is back. Times are seconds since the scenario's start. */
export interface CrashReport {
  /** Rises with each crash of that machine. */
  readonly number: number
  readonly at: number
  readonly uptime: number
  readonly driver: string
  /** Stop code as text, for example 0x50. */
  readonly stopCode: string
}

/** A program crashed while Windows ran on. `at`: seconds since the scenario's start. */
export interface ProgramCrash {
  /** Rises with each such crash of that machine. */
  readonly number: number
  readonly at: number
  readonly program: string
  readonly version: string
}

/** The first thing that a machine says on a connection. */
export interface Greeting {
  readonly boot: number
  readonly previousEnd: PreviousEnd
  readonly crash: CrashReport | null
}

/**
 * What a fleet does that a collector could notice, as it happens in the world. Detector, collector's ingest and real
 * sockets each take it in their own way. Machines are numbered from 0; the time is the world's.
 */
export interface FleetSink {
  /** The fleet is enrolled and its components are known; the first machines connect after this. */
  start(): void
  connected(machine: number, greeting: Greeting): void
  /** The same greeting arrives again, as from a spool whose ack was lost. */
  repeated(machine: number, greeting: Greeting): void
  /** A connected machine has another version of this slot and says so. */
  componentChanged(machine: number, slot: number): void
  /** The sensor's service died while the machine runs on. */
  serviceDied(machine: number): void
  /** A connected machine tells of a program that crashed. */
  programCrashed(machine: number, crash: ProgramCrash): void
  goodbye(machine: number, reason: 'shutdown' | 'restart'): void
  /** The machine stopped talking; nobody knows yet. */
  vanished(machine: number): void
  /** The silence timeout passed. Sinks behind a collector leave this to the collector. */
  silent(machine: number, lastHeard: number, othersAlive: boolean): void
  /** The collector restarts: every connection is gone. */
  collectorRestarted(): void
  /** The scenario is over. */
  end(): void
}
