import type { PracticeVerdict, StateCounts } from '@pumphandle/shared/api'

/** Share of a practice's machines that are ill above which it cannot work, or works reduced. */
const STOPPED_SHARE = 0.6
const REDUCED_SHARE = 0.15

/** What is known of one practice. */
export interface PracticeFacts {
  readonly name: string
  readonly machines: number
  readonly states: StateCounts
  readonly lineDown: boolean
  /** Names of clinical systems that most of its machines cannot reach. */
  readonly unreachable: readonly string[]
  /** Whether it is open now; null where its hours are not known. */
  readonly open: boolean | null
}

/** Whether a practice can work, and if not, why: its PCs, its line, or the clinical system. */
export function practiceVerdict(facts: PracticeFacts): PracticeVerdict {
  const { states, machines } = facts
  if (machines === 0) return { working: 'unknown', why: 'none', sentence: 'No machine here has an agent yet.' }
  if (facts.lineDown)
    return {
      working: 'stopped',
      why: 'line',
      sentence: 'All machines fell silent together: the line or the power is down.',
    }
  const ill = states.crashed + states['boot-loop'] + states.dark
  // machines that are off for the night say nothing about whether the practice could work
  const inUse = ill + states.healthy
  const share = inUse > 0 ? ill / inUse : 0
  const illWords = `${ill} of ${inUse} machines in use ${ill === 1 ? 'is' : 'are'} down or restarting`
  if (ill >= 2 && share >= STOPPED_SHARE) return { working: 'stopped', why: 'pcs', sentence: `${illWords}.` }
  if (facts.unreachable.length > 0)
    return {
      working: 'stopped',
      why: 'clinical-system',
      sentence: `The machines are well, but cannot reach ${facts.unreachable.join(' and ')}.`,
    }
  if (ill >= 1 && share >= REDUCED_SHARE) return { working: 'reduced', why: 'pcs', sentence: `${illWords}.` }
  if (inUse === 0)
    return { working: 'closed', why: 'outside-hours', sentence: 'All machines are off, and said goodbye.' }
  if (facts.open === false && ill === 0)
    return { working: 'closed', why: 'outside-hours', sentence: 'Outside opening hours; nothing is wrong.' }
  return {
    working: 'working',
    why: 'none',
    sentence: ill === 0 ? 'All machines in use are well.' : `${illWords}; the others are well.`,
  }
}
