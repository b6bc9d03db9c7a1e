import type { Here, MachineState, PracticeVerdict, Screen } from '@pumphandle/shared/api'
import type { Look } from '../../design/words.ts'

/** A machine's state in the words of those who sit before it. */
const PC: Record<MachineState, Look> = {
  healthy: { shape: 'tick', tone: 'ok', word: 'Works' },
  crashed: { shape: 'half', tone: 'warn', word: 'Works again' },
  'boot-loop': { shape: 'loop', tone: 'loop', word: 'Restarts again and again' },
  dark: { shape: 'moon', tone: 'dark', word: 'Does not answer' },
  sleeping: { shape: 'zed', tone: 'off', word: 'Asleep' },
  offline: { shape: 'hollow', tone: 'off', word: 'Switched off' },
}
type Pc = Here['machines'][number]
/** One that came back a moment ago may crash again before a patient has sat down. */
const UNSETTLED: Look = { shape: 'half', tone: 'crash', word: 'Blue screen minutes ago; wait' }
export const lookOf = ({ state, unsettled }: Pc): Look => (unsettled ? UNSETTLED : PC[state])
export const worksAt = ({ state, unsettled }: Pc): boolean => !unsettled && (state === 'healthy' || state === 'crashed')
/** Those that somebody can sit down at come first. */
export const PC_ORDER: readonly MachineState[] = ['healthy', 'crashed', 'sleeping', 'offline', 'dark', 'boot-loop']

const STATE: Record<PracticeVerdict['working'], string> = {
  stopped: 'Your PCs cannot be used now',
  reduced: 'Some of your PCs do not work',
  working: 'Your PCs work',
  closed: 'Your practice is closed, or its PCs are off',
  unknown: 'We do not see your PCs yet',
}

/** A few may work even where the practice cannot: the list below has them. */
export const stateOf = ({ working, why }: PracticeVerdict): string =>
  working === 'stopped' && why === 'pcs' ? 'Most of your PCs cannot be used now' : STATE[working]

/** Why, for those who have to see patients meanwhile: without machines, states or versions. */
export function whyOf({ working, why }: PracticeVerdict): string {
  if (why === 'line')
    return 'The internet line or the power of your building is down. The PCs themselves are probably well.'
  if (why === 'clinical-system')
    return 'Your PCs are well. It is the clinical system that does not answer, and restarting will not help.'
  return REST[working]
}
const REST: Record<PracticeVerdict['working'], string> = {
  stopped: 'They show a blue screen, restart again and again, or do not answer. IT can see it.',
  reduced: 'The others can be used: below is which. IT can see it.',
  working: 'We see nothing that is wrong with them.',
  closed: 'Nothing is wrong that we can see.',
  unknown: 'None of them has told us anything so far. If one does not work, tell us below.',
}

/** Said where a telephone gets no answer at all: by whose fault, it cannot know. */
export const OUT_OF_REACH = {
  title: 'This page cannot be loaded now',
  detail:
    'This telephone has no network, or our page is down. It tries again every minute. If your PCs do not work, work on paper meanwhile.',
} as const

export const SCREEN: Record<Screen, string> = {
  'blue-screen': 'A blue screen, with a sad face or a stop code',
  restarts: 'It restarts again and again',
  recovery: 'It asks for a recovery key, or offers repairs',
  other: 'Something else',
}
