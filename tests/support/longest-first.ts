import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that wait, for what times out and comes back; a minute or two each. */
const WAITING = ['cluster', 'faults', 'windows']
/** Files that keep a core busy, up to two minutes each. */
const BUSY = ['e2e']
/** Then what is short: a core that is done with the rest has something until the end. */
const SHORT = ['integration', 'unit']

/** Long files first, those that wait beside those that compute; within a project as vitest has them, the largest first. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const of = (projects: readonly string[]) =>
      projects.flatMap((name) => sorted.filter(({ project }) => project.name === name))
    const [waiting, busy] = [of(WAITING), of(BUSY)]
    const dealt: TestSpecification[] = []
    for (let i = 0; i < Math.max(waiting.length, busy.length); i++) {
      const [one, other] = [waiting[i], busy[i]]
      if (one) dealt.push(one)
      if (other) dealt.push(other)
    }
    const known = new Set([...WAITING, ...BUSY, ...SHORT])
    return [...dealt, ...sorted.filter(({ project }) => !known.has(project.name)), ...of(SHORT)]
  }
}
