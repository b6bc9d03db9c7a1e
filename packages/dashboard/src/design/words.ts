import type {
  Cohort,
  IncidentStatus,
  MachineState,
  PracticeVerdict,
  VerdictWord,
  VersionVerdict,
} from '@pumphandle/shared/api'
import type { ShapeName, Tone } from './shape.tsx'

/** How a state is shown: always shape, word and colour together. */
export interface Look {
  shape: ShapeName
  tone: Tone
  word: string
}
const look = (shape: ShapeName, tone: Tone, word: string): Look => ({ shape, tone, word })

export const MACHINE: Record<MachineState, Look> = {
  'boot-loop': look('loop', 'loop', 'Boot loop'),
  dark: look('moon', 'dark', 'Dark'),
  crashed: look('cross', 'crash', 'Crashed'),
  healthy: look('ring', 'ok', 'Healthy'),
  sleeping: look('zed', 'off', 'Sleeping'),
  offline: look('hollow', 'off', 'Offline'),
}

export const COHORT: Record<Cohort, Look> = {
  affected: look('cross', 'crash', 'Affected'),
  relapsed: look('back', 'loop', 'Relapsed'),
  missing: look('moon', 'dark', 'Missing'),
  'at-risk': look('diamond', 'warn', 'At risk'),
  recovered: look('tick', 'ok', 'Recovered'),
  cleared: look('ring', 'off', 'Cleared'),
}
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

/** What can be said of a version. */
export const VERDICT: Record<VerdictWord, Look> = {
  bad: look('cross', 'crash', 'Bad'),
  suspect: look('bang', 'warn', 'Suspect'),
  watching: look('half', 'off', 'Watching'),
  new: look('hollow', 'off', 'New'),
  'no-worse': look('ring', 'ok', 'No worse'),
  better: look('tick', 'ok', 'Better'),
}
export const FAILURE: Record<keyof VersionVerdict['failures'], string> = {
  crash: 'Blue screens',
  vanished: 'Vanished without a goodbye',
  'no-return': 'Did not come back from a restart',
  service: 'A sensor’s service died',
  app: 'A program failed',
}
