import type { PracticeVerdict, StateCounts } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import { counted } from '@pumphandle/shared/words'

/** Share of a practice's machines that are down above which it cannot work; or down or lately crashed, and it works reduced. */
const STOPPED_SHARE = 0.6
const REDUCED_SHARE = 0.15
/** A machine that came back from a blue screen so lately may crash again at any moment: nobody sees patients at it. */
const SETTLED_AFTER_MS = 10 * MINUTE

/** Whether a machine is back from a blue screen, but not for long enough to be worked at. */
export const isUnsettled = ({ state, bootHeardAt }: { state: string; bootHeardAt: number }, now: number): boolean =>
  state === 'crashed' && now - bootHeardAt < SETTLED_AFTER_MS

/** What is known of one practice. */
export interface PracticeFacts {
  readonly name: string
  readonly machines: number
  readonly states: StateCounts
  /** Of those that crashed: back, but not for long enough to be worked at. */
  readonly unsettled: number
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
  const down = states['boot-loop'] + states.dark
  const unsettled = Math.min(facts.unsettled, states.crashed)
  // back since, and a person can work at it
  const shaken = states.crashed - unsettled
  const unusable = down + unsettled
  const ill = unusable + shaken
  // machines that are off for the night say nothing about whether the practice could work
  const inUse = ill + states.healthy
  const shareOf = (some: number) => (inUse > 0 ? some / inUse : 0)
  const illWords = () => inWords({ down, unsettled, shaken, inUse })
  if (unusable >= 2 && shareOf(unusable) >= STOPPED_SHARE)
    return { working: 'stopped', why: 'pcs', sentence: `${illWords()}.` }
  if (facts.unreachable.length > 0)
    return {
      working: 'stopped',
      why: 'clinical-system',
      sentence: `${ill === 0 ? 'The machines are well, but' : `${illWords()}; the others`} cannot reach ${facts.unreachable.join(' and ')}.`,
    }
  if (ill >= 1 && shareOf(ill) >= REDUCED_SHARE) return { working: 'reduced', why: 'pcs', sentence: `${illWords()}.` }
  if (inUse === 0)
    return { working: 'closed', why: 'outside-hours', sentence: 'All machines are off, and said goodbye.' }
  if (facts.open === false && ill === 0)
    return { working: 'closed', why: 'outside-hours', sentence: 'Outside opening hours; nothing is wrong.' }
  return {
    working: 'working',
    why: 'none',
    sentence: ill === 0 ? 'All machines in use are well.' : `${illWords()}; the others are well.`,
  }
}

/** Who is ill: `2 of 9 machines in use are down or restarting, 1 crashed lately and is back`. */
function inWords({
  down,
  unsettled,
  shaken,
  inUse,
}: Record<'down' | 'unsettled' | 'shaken' | 'inUse', number>): string {
  const are = (some: number) => (some === 1 ? 'is' : 'are')
  return [
    { some: down, words: `${are(down)} down or restarting` },
    { some: unsettled, words: 'crashed less than 10 minutes ago' },
    { some: shaken, words: `crashed lately and ${are(shaken)} back` },
  ]
    .filter(({ some }) => some > 0)
    .map(({ some, words }, i) => `${some}${i > 0 ? '' : ` of ${counted(inUse, 'machine')} in use`} ${words}`)
    .join(', ')
}
