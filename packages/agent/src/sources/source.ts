import type { Problem } from '../formats/problem.ts'
import type { Volume } from '../volume/volume.ts'

/** What one source found, and what it could not read. */
export interface Reading<Facts> {
  facts: Facts
  problems: Problem[]
}

/** From when on a source looks: milliseconds since 1970; absent means as far back as the volume tells. */
export interface Since {
  at?: number
}

/**
 * One kind of fact about a Windows volume, live or offline. Sources only read; they never throw for what is missing or
 * damaged, and the same volume gives the same facts, so that reading twice reports nothing twice.
 */
export interface Source<Facts> {
  readonly name: string
  read(volume: Volume, since: Since): Promise<Reading<Facts>>
}
