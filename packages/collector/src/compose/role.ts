/** What a process runs, whatever its role. */
export interface Program {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** Resolves with an exit code where it ends by itself. */
  readonly ended?: Promise<number>
  /** Makes the first admin of a collector, once, within a day; undefined where there is one. To be printed, never logged. */
  readonly signInLink?: () => Promise<string | undefined>
  /** Looks whether the certificate was renewed, now rather than in ten seconds. */
  readonly lookAnew: () => void
  close(): Promise<void>
}
