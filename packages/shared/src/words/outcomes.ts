/** What an incident was, as people say when they close it. */
export const OUTCOMES = [
  'bad-version',
  'our-change',
  'network',
  'power',
  'clinical-system',
  'false-alarm',
  'other',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  'bad-version': 'a bad version',
  'our-change': 'a change of our own',
  network: 'the network',
  power: 'the power',
  'clinical-system': 'the clinical system',
  'false-alarm': 'a false alarm',
  other: 'something else',
}

/** Whether the version that was blamed was at fault; undefined where the outcome does not say. */
export function wasRight(outcome: Outcome): boolean | undefined {
  if (outcome === 'bad-version') return true
  return outcome === 'our-change' || outcome === 'other' ? undefined : false
}
