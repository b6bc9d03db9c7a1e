import type { Clock } from '@pumphandle/shared/clock'
import type { Secrets } from '../config/settings.ts'
import type { StoredSettings } from '../config/settings-file.ts'
import type { Surroundings } from '../run/surroundings.ts'

/** What a check found. `info` is neither good nor bad; `skipped` could not be asked here. */
export interface Finding {
  state: 'ok' | 'wrong' | 'info' | 'skipped'
  /** A sentence; where something is wrong it says what to do. */
  says: string
}

/** One thing that the doctor looks at. */
export interface Check {
  /** Stable name; docs/windows-checks.md uses the same. */
  code: string
  title: string
  /** Findings of this one check. Throwing counts as wrong, in the error's own words. */
  look: (patient: Patient) => Promise<Finding> | Finding
}

/** What checks may look at. */
export interface Patient {
  around: Surroundings
  clock: Clock
  stored: StoredSettings | undefined
  secrets: () => Secrets
}

export const ok = (says: string): Finding => ({ state: 'ok', says })
export const wrong = (says: string): Finding => ({ state: 'wrong', says })
export const info = (says: string): Finding => ({ state: 'info', says })
export const skipped = (says: string): Finding => ({ state: 'skipped', says })
