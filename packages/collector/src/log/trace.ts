/** What is told beside a name: never a machine, a practice, a person or a secret. */
type Attributes = Readonly<Record<string, string | number>>

/** How something went that was traced. */
export interface Ended {
  readonly name?: string
  readonly attributes?: Attributes
  readonly hasFailed?: boolean
}

/** Told how long what takes, where somebody listens; see ../telemetry. Everywhere it is absent where nobody does. */
export interface Trace {
  /**
   * Runs what answers a request. What it asks of others meanwhile belongs to it, until it is ended.
   * @param parent the request's `traceparent`, where another program traces it too
   */
  request(parent: string | undefined, run: (end: (how: Ended) => void) => void): void
  /** Something that has just ended, and how many milliseconds it took: a part of the request that it happened in, else by itself. */
  took(name: string, ms: number, how: Ended): void
  /** Of a request alone: outside of one nobody asks. */
  asked(name: string, ms: number, how: Ended): void
}

/** Statements of the database as parts of the requests that they are of. */
export function statementsOf(system: string, trace: Trace): (sql: string, ms: number, hasFailed: boolean) => void {
  return (sql, ms, hasFailed) => {
    const [verb = 'query'] = /\w+/.exec(sql) ?? []
    trace.asked(`${system} ${verb}`, ms, { attributes: { 'db.system.name': system, 'db.query.text': sql }, hasFailed })
  }
}
