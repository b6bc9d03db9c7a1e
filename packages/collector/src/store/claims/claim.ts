/** The right to be the only collector on a database, until it is given back or the process ends, however it ends. */
export interface Claim {
  release(): Promise<void>
}

/** Another collector has it. */
export class Claimed extends Error {
  override readonly name = 'Claimed'
  /** Which process, and where, as far as it is known. */
  readonly holder: string

  constructor(holder: string) {
    super(`another collector has it: ${holder}`)
    this.holder = holder
  }
}
