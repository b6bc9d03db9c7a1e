import type { WantedEvents } from '../formats/evtx/templates.ts'

const wanted = (entries: Record<string, number[]>): WantedEvents =>
  new Map(Object.entries(entries).map(([provider, ids]) => [provider, new Set(ids)]))

/** What the System log tells of starts and ends of Windows; providers in lower case, as their spelling varies (USER32). */
export const START_EVENTS = wanted({
  'microsoft-windows-kernel-general': [1, 12, 13],
  'microsoft-windows-kernel-boot': [18, 20, 27],
  'microsoft-windows-kernel-power': [41, 42, 86, 107, 109, 506, 507],
  'microsoft-windows-power-troubleshooter': [1],
  'microsoft-windows-time-service': [35],
  eventlog: [6005, 6006, 6008, 6009, 6013],
  user32: [1074],
  'microsoft-windows-wer-systemerrorreporting': [1001],
  bugcheck: [1001],
})

/** The events of the System log that any source uses. */
export const SYSTEM_EVENTS: WantedEvents = new Map([
  ...START_EVENTS,
  ...wanted({
    'service control manager': [7000, 7001, 7009, 7022, 7023, 7024, 7026, 7031, 7034],
    'microsoft-windows-windowsupdateclient': [19, 20],
    volmgr: [45, 46],
  }),
])

/** The events of the Application log that any source uses. */
export const APPLICATION_EVENTS = wanted({
  'application error': [1000],
  'application hang': [1002],
  'windows error reporting': [1001],
  '.net runtime': [1023, 1025, 1026],
})

/** BitLocker Management: when a drive was encrypted or decrypted, and whether its recovery key was backed up. */
export const BITLOCKER_EVENTS = wanted({
  'microsoft-windows-bitlocker-api': [768, 770, 772, 775, 778, 783, 784, 785, 845, 846],
})

/** NetworkProfile: networks that came and went. */
export const NETWORK_EVENTS = wanted({ 'microsoft-windows-networkprofile': [10_000, 10_001] })
