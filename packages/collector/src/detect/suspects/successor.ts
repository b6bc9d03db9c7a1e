import { LEFT } from '../words/ages.ts'
import type { FailureRecord } from '../words/failure.ts'
import type { Books, Candidate } from './candidate.ts'
import { PRIOR_GONE } from './suspicion.ts'

/**
 * A version that left was mostly replaced by another, and what happened after the one left happened after the other
 * came. Only machines that got the successor without ever having had the predecessor can tell them apart: the
 * predecessor is believed by as much as they failed less.
 */
export function againstSuccessor(
  gone: Candidate,
  candidates: readonly Candidate[],
  failures: readonly FailureRecord[],
  books: Books,
  now: number,
): Candidate {
  const name = books.ledger.facts.get(gone.fact).name
  const successor = candidates.find(
    (c) => c.window !== LEFT && c.covers >= 0.8 * gone.covers && books.ledger.facts.get(c.fact).name === name,
  )
  if (!successor) return gone
  const { fleet } = books
  const machines = fleet.sample
    .of(fleet.exposure.slots.find(successor.fact))
    .filter((m) => fleet.inventory.arrival(m, successor.fact) !== null)
  const exposed = machines.filter((m) => fleet.inventory.leftAt(m, gone.fact, now) !== null).length
  const failed = failures.filter((r) => r.facts.includes(successor.fact))
  const both = failed.filter((r) => r.former.includes(gone.fact)).length
  const gain = shareGain(both, failed.length, exposed, machines.length)
  return { ...gone, score: Math.min(gone.score, successor.score + gain + PRIOR_GONE) }
}

/** Two-sample likelihood ratio that a share is k of n here and s of m there; 0 when here it is not the greater. */
function shareGain(k: number, n: number, s: number, m: number): number {
  if (n === 0 || m === 0 || k / n <= s / m) return 0
  const term = (x: number, of: number, p: number) => (x > 0 ? x * Math.log(x / of / p) : 0)
  const p = (k + s) / (n + m)
  return term(k, n, p) + term(n - k, n, 1 - p) + term(s, m, p) + term(m - s, m, 1 - p)
}
