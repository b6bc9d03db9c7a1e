import type { FactRegistry } from '../words/facts.ts'
import type { FailureRecord } from '../words/failure.ts'
import type { SparedGroup } from '../words/finding.ts'
import type { FactId } from '../words/ids.ts'
import type { ExposedSample } from './partners.ts'

/** Practices that must have failed before an absence means anything. */
const LEAST_PRACTICES = 8
/** Spared: under a quarter of the failures that its share of the exposed machines would have. */
const SPARED_RATIO = 0.25
/** Chance of so few by luck, over all groups looked at. */
const SPARED_P = 1e-3
const NEARLY_ALL = 0.97
const MAX_SPARED = 5

/**
 * Groups of exposed machines that should have failed by now and did not: with share p of the exposed, k of n failed
 * machines against μ = n·p expected. Poisson lower tail by its Chernoff bound, ln P ≤ k − μ − k ln(k/μ), with practices in
 * place of machines.
 */
export function sparedGroups(
  facts: FactRegistry,
  suspect: FactId,
  failures: readonly FailureRecord[],
  sample: ExposedSample,
): SparedGroup[] {
  const practices = new Set(failures.map((r) => r.site)).size
  if (practices < LEAST_PRACTICES || sample.practices < LEAST_PRACTICES) return []
  const failed = new Map<number, number>()
  for (const record of failures) for (const fact of record.facts) failed.set(fact, (failed.get(fact) ?? 0) + 1)
  const luck = Math.log(SPARED_P / Math.max(10, sample.weight.size))
  const groups: SparedGroup[] = []
  for (const [fact, weight] of sample.weight) {
    const { name, kind } = facts.get(fact)
    // Newer content seems spared only because its machines had less time.
    if (kind === 'content' || name === facts.get(suspect).name) continue
    const share = weight / sample.practices
    if (share >= NEARLY_ALL) continue
    const k = failed.get(fact) ?? 0
    const expected = failures.length * share
    if (k >= SPARED_RATIO * expected) continue
    const logP = (practices / failures.length) * (k - expected - (k > 0 ? k * Math.log(k / expected) : 0))
    if (logP < luck) groups.push({ fact, share, failed: k, expected })
  }
  return groups.toSorted((a, b) => b.share - a.share || a.fact - b.fact).slice(0, MAX_SPARED)
}
