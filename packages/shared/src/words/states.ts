/** What each state of a machine means; worst first, the one order of states. */
export const STATE_MEANING = {
  'boot-loop': 'keeps restarting, each time uncleanly',
  crashed: 'back after a blue screen within the last hour',
  dark: 'vanished without a goodbye',
  offline: 'said goodbye, or has been off for long',
  sleeping: 'said that it sleeps',
  healthy: 'connected and well',
} as const

export type MachineState = keyof typeof STATE_MEANING
/** Worst first. */
export const MACHINE_STATES = Object.keys(STATE_MEANING) as [MachineState, ...MachineState[]]
/** In trouble: somebody has to look. */
export const TROUBLE = ['boot-loop', 'crashed', 'dark'] as const satisfies readonly MachineState[]
