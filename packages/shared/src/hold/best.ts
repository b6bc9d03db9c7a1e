import type { ComponentRef, VersionVerdict } from '../api/index.ts'

/**
 * The version to stay on, or to go back to: of those that were watched long enough to be recommended, the one that most
 * machines have. One that is merely new is no refuge; undefined where there is none better.
 */
export function bestOf(verdicts: readonly VersionVerdict[], key: string): ComponentRef | undefined {
  return verdicts
    .filter((v) => v.component.key !== key && (v.word === 'no-worse' || v.word === 'better'))
    .toSorted((a, b) => b.machines - a.machines)[0]?.component
}
