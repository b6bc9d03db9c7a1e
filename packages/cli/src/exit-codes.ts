/** What scripts may rely on. docs/cli.md lists them. */
export const EXIT = {
  ok: 0,
  /** The collector refused: no permission, or it failed. */
  refused: 1,
  /** Wrong arguments, or a query that does not parse. */
  usage: 2,
  /** The collector cannot be reached. */
  unreachable: 3,
  /** There is no such machine, incident, user or token. */
  notFound: 4,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends a command with a sentence and a code. */
export class CliError extends Error {
  readonly code: ExitCode
  constructor(message: string, code: ExitCode) {
    super(message)
    this.name = 'CliError'
    this.code = code
  }
}
