/**
 * What the detector is told. Every time is milliseconds since 1970 by the collector's clock, never by the machine's:
 * boot loops corrupt machine clocks. `machine`, `site`, `region` are dense integers (0, 1, 2, ...) from registries that
 * the caller keeps; `fact` is an id from {@link FactRegistry}.
 *
 * Observations may come in any order within one second of `at`; the detector puts each whole second in one canonical
 * order before it counts. A repeated observation changes nothing.
 */

/** How the boot before this one ended; `same` means that this is still the boot heard before. */
export type PreviousEnd = 'same' | 'clean' | 'bugcheck' | 'unexpected' | 'unknown'

/** `service-stop` is the agent being stopped while the machine runs on. */
export type GoodbyeReason = 'shutdown' | 'restart' | 'sleep' | 'service-stop'

/** As in the words of docs/architecture.md; `hang` is an application that stopped answering. */
export type CrashKind = 'bugcheck' | 'app' | 'hang' | 'service'

interface Observed {
  /** When the collector learned of it, ms epoch. */
  readonly at: number
  readonly machine: number
}

/** By what a machine came that is new to the fleet. */
export interface Origin {
  /** The same for all that somebody may have made up together. */
  readonly key: string
  /** Ms epoch from which on it counts as any other. */
  readonly until: number
}

/** A machine is enrolled, or now belongs to another practice. Comes before anything else about that machine. */
export interface MachineObservation extends Observed {
  readonly type: 'machine'
  readonly site: number
  readonly region: number
  /**
   * False: a newcomer that others speak for already. Its failures and its time are not counted, for or against anything;
   * where they belong to an incident that is open, it is listed there. Absent: it has a voice.
   */
  readonly voice?: boolean
  /** Those of one origin raise nothing by themselves, in a fleet of many others. Absent: it has been there for long. */
  readonly origin?: Origin | undefined
}

/** A machine's connection was accepted. */
export interface OnlineObservation extends Observed {
  readonly type: 'online'
  /** Any integer that differs between boots of one machine; {@link bootNumber} makes one from a text id. */
  readonly boot: number
  readonly previousEnd: PreviousEnd
  /** When that boot began, ms epoch corrected to the collector's clock; absent: now. */
  readonly bootedAt?: number
}

/** A component version is, came to be, or no longer is on a machine. A replaced version is one `removed`, one `arrived`. */
export interface ComponentObservation extends Observed {
  readonly type: 'component'
  readonly fact: number
  readonly change: 'present' | 'arrived' | 'removed'
  /**
   * When it arrived on (or left) that machine, ms epoch corrected to the collector's clock; null for "before we
   * looked". `arrived` counts as an update of that kind for the learned baselines; `present` is inventory.
   */
  readonly since: number | null
}

/** A crash that is reported by the machine itself, usually at its next boot. */
export interface CrashObservation extends Observed {
  readonly type: 'crash'
  /** Identifies this crash for ever, so that a repeated report is seen to be one. */
  readonly id: string
  /** Ms epoch, corrected to the collector's clock. */
  readonly occurredAt: number
  readonly kind: CrashKind
  readonly stopCode: number | null
  /** The driver file blamed (`csagent.sys`), or for `app`, `hang` and `service` the program's name. */
  readonly culprit: string | null
  /** How long that boot had run when it crashed. */
  readonly uptimeSeconds: number | null
}

export interface GoodbyeObservation extends Observed {
  readonly type: 'goodbye'
  readonly reason: GoodbyeReason
}

/** No frame for the silence timeout and no goodbye. */
export interface SilentObservation extends Observed {
  readonly type: 'silent'
  /** The last frame, ms epoch. */
  readonly lastHeard: number
  /** Whether another machine of the same practice was heard after this one went quiet. */
  readonly othersAlive: boolean
}

/** The service of a security sensor died while the machine runs on. */
export interface ServiceDownObservation extends Observed {
  readonly type: 'service-down'
  /** The service's name, for the explanation. */
  readonly service: string | null
}

/**
 * A person of the practice says that this machine shows a blue screen. Weak evidence: of a machine that is heard it is
 * none, for that speaks for itself.
 */
export interface ReportedObservation extends Observed {
  readonly type: 'reported'
}

/** The collector did not listen (restart, lost network card); every connection begins anew. */
export interface BlindObservation {
  readonly type: 'blind'
  readonly at: number
  /** Since when, ms epoch: until then machines were heard. Without it, for long. */
  readonly since?: number
}

export type Observation =
  | MachineObservation
  | OnlineObservation
  | ComponentObservation
  | CrashObservation
  | GoodbyeObservation
  | SilentObservation
  | ServiceDownObservation
  | ReportedObservation
  | BlindObservation
