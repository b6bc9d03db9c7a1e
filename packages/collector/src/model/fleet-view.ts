import type { PracticeRef } from '@pumphandle/shared/api'

/** How a machine stands with the collector now. Times are ms epoch. */
export interface Presence {
  readonly connected: boolean
  readonly lastHeard: number
  /** When the boot that it last reported was first heard of. */
  readonly bootHeardAt: number
  /** The last connection ended with a goodbye: silence means nothing. */
  readonly saidGoodbye: boolean
}

/**
 * What incidents need to know of the fleet. A machine is its row in the store, a site that of its practice: the numbers that
 * the detector uses too. The core's fleet implements it from memory; every call is cheap.
 */
export interface FleetView {
  presence(machine: number): Presence
  /** Whether the machine is still there. */
  has(machine: number): boolean
  /** Whether its probation is over, so that it counts for itself. */
  isEstablished(machine: number): boolean
  /** Its public id. */
  uidOf(machine: number): string
  nameOf(machine: number): string
  /** Site index of a machine's practice, or -1. */
  siteOf(machine: number): number
  practiceOf(site: number): PracticeRef | null
  /** Machines of a site that are enrolled, and those whose probation is over that are connected now. */
  machinesAt(site: number): { enrolled: number; connected: number }
  connected(): number
}
