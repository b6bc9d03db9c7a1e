import type { Cohort, IncidentStatus, MachineState, PracticeVerdict } from '@pumphandle/shared/api'
import type { ShapeName, Tone } from './shape.tsx'

/** How a state is shown: always shape, word and colour together. */
export interface Look {
  shape: ShapeName
  tone: Tone
  word: string
}
const look = (shape: ShapeName, tone: Tone, word: string): Look => ({ shape, tone, word })

/** Machine states from worst to best: the order in which a list of counts is read. */
export const MACHINE: Record<MachineState, Look> = {
  'boot-loop': look('loop', 'loop', 'Boot loop'),
  dark: look('moon', 'dark', 'Dark'),
  crashed: look('cross', 'crash', 'Crashed'),
  healthy: look('ring', 'ok', 'Healthy'),
  sleeping: look('zed', 'off', 'Sleeping'),
  offline: look('hollow', 'off', 'Offline'),
}
export const STATES = Object.keys(MACHINE) as MachineState[]
/** What each state means, for the tooltip and the help. */
export const MACHINE_MEANING: Record<MachineState, string> = {
  'boot-loop': 'keeps restarting, each time uncleanly',
  dark: 'vanished without a goodbye',
  crashed: 'back after a crash within the last hour',
  healthy: 'connected and well',
  sleeping: 'said that it sleeps',
  offline: 'said goodbye, or has been off for long',
}
export const TROUBLE: readonly MachineState[] = ['boot-loop', 'dark', 'crashed']

export const COHORT: Record<Cohort, Look> = {
  affected: look('cross', 'crash', 'Affected'),
  relapsed: look('back', 'loop', 'Relapsed'),
  missing: look('moon', 'dark', 'Missing'),
  'at-risk': look('diamond', 'warn', 'At risk'),
  recovered: look('tick', 'ok', 'Recovered'),
  cleared: look('ring', 'off', 'Cleared'),
}
export const COHORT_MEANING: Record<Cohort, string> = {
  affected: 'crashed or vanished, not yet recovered',
  relapsed: 'recovered, then failed again',
  missing: 'affected and never seen again',
  'at-risk': 'exposed and still well',
  recovered: 'back and working',
  cleared: 'no longer exposed, never failed',
}
export const COHORT_ORDER = Object.keys(COHORT) as Cohort[]

export const WORKING: Record<PracticeVerdict['working'], Look> = {
  stopped: look('stop', 'crash', 'Stopped'),
  reduced: look('half', 'warn', 'Reduced'),
  working: look('ring', 'ok', 'Working'),
  closed: look('hollow', 'off', 'Closed'),
  unknown: look('question', 'off', 'Unknown'),
}
export const WHY: Record<PracticeVerdict['why'], string> = {
  none: '',
  pcs: 'PCs',
  line: 'Line or power',
  'clinical-system': 'Clinical system',
  'outside-hours': 'Outside opening hours',
}

export const INCIDENT: Record<IncidentStatus, Look> = {
  open: look('bang', 'crash', 'Open'),
  acknowledged: look('bang', 'warn', 'Acknowledged'),
  contained: look('half', 'warn', 'Contained'),
  resolved: look('tick', 'ok', 'Resolved'),
  merged: look('back', 'off', 'Merged'),
}
