/**
 * Where the detector starts before it has learned from its own fleet; 25 failures of a class outweigh it (baselines.ts).
 * Made by 30 simulated quiet days of 20,000 machines with every confounder: what {@link Baselines} had counted at their
 * end. The simulator has no quiet service or application crashes, and no people: those rates are guesses (one in 4,000 machines a
 * day, one in 40, and one in 4,000 that somebody reports) and are the first to be learned over.
 */

/** Failures per connected machine-second (no-return: per restart, boot: per boot, absent: per return due), by memory. */
export const PRIOR_RATE: readonly (readonly number[])[] = [
  [2.9e-8, 2.9e-8, 2.8e-8, 2.2e-8], // crash
  [1.6e-7, 1.5e-7, 1.4e-7, 6.9e-8], // hard
  [0.039, 0.039, 0.039, 0.039], // no-return
  [0.0000014, 0.0000012, 6.2e-7, 1.1e-7], // loss
  [9.2e-9, 9.2e-9, 9.2e-9, 8.5e-9], // site
  [3e-9, 3e-9, 3e-9, 3e-9], // service
  [0.0014, 0.0014, 0.0014, 0.0012], // boot
  [3e-7, 3e-7, 3e-7, 3e-7], // app
  [0.08, 0.08, 0.08, 0.08], // absent
  [0.012, 0.012, 0.012, 0.012], // no-return, after an hour
  [3e-9, 3e-9, 3e-9, 3e-9], // reported
]

/**
 * How much likelier a failure is within 15 minutes and 24 hours of an update's arrival, and within a day of a version's
 * leaving: class × window × kind (product, model, sensor, content, driver, os, firmware, app). Morning boots fetch content, so content looks
 * guilty of morning losses: that is what this takes out.
 */
export const PRIOR_RATIO: readonly (readonly (readonly number[])[])[] = [
  // crash
  [
    [1, 1, 0.85, 0.96, 1, 0.85, 1, 1],
    [1, 1, 0.88, 0.87, 1, 0.65, 1, 1],
    [1, 1, 0.99, 1.2, 1, 0.84, 1, 1],
  ],
  // hard
  [
    [1, 1, 0.54, 0.82, 1, 0.54, 1, 1],
    [1, 1, 0.92, 0.96, 1, 0.84, 1, 1],
    [1, 1, 1.1, 1.2, 1, 0.96, 1, 1],
  ],
  // no-return
  [
    [1, 1, 1.1, 1, 1, 0.99, 1, 1],
    [1, 1, 1.1, 0.99, 1, 0.99, 1, 1],
    [1, 1, 1.1, 0.96, 1, 1, 1, 1],
  ],
  // loss
  [
    [1, 1, 0.67, 0.73, 1, 0.5, 1, 1],
    [1, 1, 0.93, 0.98, 1, 0.83, 1, 1],
    [1, 1, 1.1, 1.2, 1, 0.93, 1, 1],
  ],
  // site
  [
    [1, 1, 0.95, 0.67, 1, 0.95, 1, 1],
    [1, 1, 1.1, 0.98, 1, 1.1, 1, 1],
    [1, 1, 1.2, 1.3, 1, 1.2, 1, 1],
  ],
  // service
  [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
  ],
  // boot
  [
    [1, 1, 0.94, 0.94, 1, 0.56, 1, 1],
    [1, 1, 0.94, 0.69, 1, 0.86, 1, 1],
    [1, 1, 1.5, 1.6, 1, 0.9, 1, 1],
  ],
  // app
  [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
  ],
  // absent
  [
    [1, 1, 0.98, 1, 1, 1, 1, 1],
    [1, 1, 1, 0.99, 1, 0.92, 1, 1],
    [1, 1, 1.6, 1.4, 1, 1, 1, 1],
  ],
  // no-return, after an hour
  [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
  ],
  // reported
  [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
  ],
]

/** Failures as the machines have them: each counted whole, and silence also where the machine was back within minutes. */
export const PRIOR_RAW: readonly number[] = [2.9e-8, 1.6e-7, 0.039, 5e-6, 1.5e-7, 3e-9, 0.0046, 3e-7, 0.4, 0.012, 3e-9]

/**
 * Share of all bugchecks that name these files before a fleet has any of its own. Windows itself is blamed for whatever
 * corrupted its memory: a third of dumps name the kernel, some its large drivers.
 */
export const PRIOR_CULPRIT_SHARE: Readonly<Record<string, number>> = {
  'ntoskrnl.exe': 0.3,
  'dxgmms2.sys': 0.05,
  'win32kfull.sys': 0.05,
  'ntfs.sys': 0.05,
  'tcpip.sys': 0.05,
  'fltmgr.sys': 0.05,
  'storport.sys': 0.05,
  'hal.dll': 0.05,
}
