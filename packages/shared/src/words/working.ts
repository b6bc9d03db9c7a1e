/** Whether a practice can work; most urgent first. */
export const WORKING_MEANING = {
  stopped:
    'cannot work: most machines in use are down or crashed minutes ago, its line is, or its clinical system cannot be reached',
  reduced: 'works with fewer machines: some are down or crashed lately',
  working: 'can work',
  unknown: 'no machine here has an agent',
  closed: 'outside opening hours, or all machines said goodbye; nothing is wrong',
} as const

export type Working = keyof typeof WORKING_MEANING
export const WORKING = Object.keys(WORKING_MEANING) as [Working, ...Working[]]
