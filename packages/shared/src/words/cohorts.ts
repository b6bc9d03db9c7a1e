import { count, counted } from './counted.ts'

/**
 * What each cohort of an incident means; worst first, the one order of cohorts. `affected` is the same number wherever it
 * is said: on the page, by the API, in a message, on the command line.
 */
export const COHORT_MEANING = {
  affected: 'crashed or vanished, not yet recovered',
  relapsed: 'recovered, then failed again',
  missing: 'affected and never seen again',
  'at-risk': 'exposed and still well',
  recovered: 'back and working',
  cleared: 'no longer exposed, never failed',
} as const

export type Cohort = keyof typeof COHORT_MEANING
type Counts = Readonly<Record<Cohort, number>>
/** Worst first. */
export const COHORTS = Object.keys(COHORT_MEANING) as [Cohort, ...Cohort[]]

/** Ill: failed and not well again. */
export const ILL = ['affected', 'relapsed', 'missing'] as const satisfies readonly Cohort[]
/** Hit: failed, well again or not. */
export const HIT = [...ILL, 'recovered'] as const satisfies readonly Cohort[]

export const isIll = (cohort: Cohort): boolean => (ILL as readonly Cohort[]).includes(cohort)
export const isHit = (cohort: Cohort): boolean => (HIT as readonly Cohort[]).includes(cohort)

const sum = (counts: Counts, cohorts: readonly Cohort[]): number => cohorts.reduce((n, c) => n + counts[c], 0)
/** Members that are ill. */
export const illOf = (counts: Counts): number => sum(counts, ILL)
/** Members that were hit. */
export const hitOf = (counts: Counts): number => sum(counts, HIT)

/**
 * What people ask for first: how many practices cannot work. Empty where it is not known, and where none was hit.
 * @param stopped practices that the incident hit and that cannot work now
 */
export function practicesStopped({ practices, stopped }: { practices: number; stopped?: number | undefined }): string {
  if (stopped === undefined || practices === 0) return ''
  if (stopped === 0) return 'No practice is kept from work by it now.'
  return `${counted(stopped, 'practice')} cannot work now.`
}

/** An incident's numbers as a line, for messages and for what a colleague is sent. */
export function incidentNumbers({ cohorts, practices }: { cohorts: Counts; practices: number }): string {
  const { affected, relapsed, missing, recovered } = cohorts
  const again = relapsed > 0 ? `, ${count(relapsed)} relapsed` : ''
  const gone = missing > 0 ? `, ${count(missing)} missing` : ''
  return `${counted(affected, 'machine')} affected, ${count(cohorts['at-risk'])} at risk, ${count(recovered)} recovered${again}${gone}, ${counted(practices, 'practice')} hit.`
}
