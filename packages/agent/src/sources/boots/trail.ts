import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf, isoToMs, timeOf } from '../../formats/evtx/event-fields.ts'
import { systemtimeToMs } from '../../formats/filetime.ts'
import { fileName } from '../../formats/text.ts'
import { FOLLOWING_RECORDS, isLogOf, type LogHistory, SLOW_START_MS } from '../../volume/history.ts'
import { alignLostClocks } from './lost-clock.ts'
import { type PowerState, powerAfter } from './power.ts'
import { placeStarts, type Start } from './start-time.ts'
import { isZone } from './zone.ts'

/** A bugcheck as the boot after it logged it. */
export interface LoggedBugcheck {
  /** Milliseconds since 1970 of the event. */
  loggedAt: number
  /** Stop code and parameters as lower-case hexadecimal with 0x. */
  stopCode: string
  parameters: string[]
  /** Path of the dump as Windows wrote it, from event 1001. */
  dump?: string
  /** `log-wer`: the Application log's word. */
  source: 'log-41' | 'log-1001' | 'log-wer'
}

/** What the System log holds about one start of Windows. Times are milliseconds since 1970. */
export interface Trail {
  firstRecord: number
  /** StartTime of Kernel-General 12. */
  kernelStart?: number
  /** When that event was written, by the clock that all later records have. */
  kernelWritten?: number
  /** When the event log service started: 6009, 6008, 6005 in this order. */
  logStart?: number
  startKinds: Set<number>
  /** StopTime of Kernel-General 13, which is written at the start after it. */
  kernelStop?: number
  /** The event log service ended: 6006. */
  logStop?: number
  resumedFromFastStartup?: boolean
  coldStart?: boolean
  bootMode?: string
  /** From the boot loader's options, `SAFEBOOT:NETWORK`. */
  safeBoot?: 'minimal' | 'network'
  os?: string
  /** The release's own build, by EventLog 6009. */
  release?: string
  /** By how much the clock was set while the machine was awake, in order; milliseconds, forward is positive. */
  clockJumps: number[]
  /** The records that tell it, in step. */
  clockSets: number[]
  /** Windows' time service found the clock to agree with its source, or set it: Time-Service 35. */
  isClockAgreed?: true
  /** The last uptime that EventLog 6013 told, and when; it counts on from the cold start. */
  uptime?: { at: number; seconds: number }
  /** What the last word of the machine's power was: it may have died in that state. */
  power: PowerState
  /** When that word came. */
  powerAt?: number
  /** The kernel began to go down: Kernel-Power 109. */
  kernelGoesDown?: boolean
  /** Where it stands among the others; absent where no start is logged. */
  start?: Start
  /** Written in this boot about the one before. */
  aboutPrevious: {
    unclean?: boolean
    /** When it was last known to run, by EventLog 6008: Windows notes that every few minutes, and writes nothing to the log. */
    aliveAt?: number
    bugchecks: LoggedBugcheck[]
    powerButton?: boolean
    sleepInProgress?: boolean
    standbyInProgress?: boolean
    /** Kernel-Power 86, written at the start after it. */
    isTooHot?: boolean
    lastShutdownGood?: boolean
    kernelStop?: number
  }
  /** User32 1074: who asked for the shutdown and why; never the user's name. */
  shutdownRequest?: { process: string; reasonCode: string; at: number }
}

/**
 * Whether a start's reports of a bugcheck are of an older crash: Windows Error Reporting writes its report late, and may write
 * it at each start until the dump is gone, while the kernel says that it ended cleanly, or went on by fast start-up, and the
 * start complains of nothing.
 */
export function isReportLate(trail: Trail, before: Trail | undefined): boolean {
  const { aboutPrevious, resumedFromFastStartup } = trail
  const hasStopped = (before?.kernelStop ?? aboutPrevious.kernelStop) !== undefined
  return !aboutPrevious.unclean && (hasStopped || resumedFromFastStartup === true)
}

const KERNEL_GENERAL = 'microsoft-windows-kernel-general'
const KERNEL_POWER = 'microsoft-windows-kernel-power'
const TIME_SERVICE = 'microsoft-windows-time-service'
const POWER_TROUBLESHOOTER = 'microsoft-windows-power-troubleshooter'
const KERNEL_BOOT = 'microsoft-windows-kernel-boot'
const WER_PROVIDERS = new Set(['microsoft-windows-wer-systemerrorreporting', 'bugcheck'])

/**
 * Splits the System log into starts of Windows by the order of its records, never by their times: across a start the clock
 * jumps by hours where it keeps local time, and by years where its battery is empty. Windows writes at a start, in varying
 * order: Kernel-General 12, EventLog 6009, 6008, 6005 and, about the boot before, Kernel-General 13 and Kernel-Power 41.
 */
export function readTrails(history: LogHistory): Trail[] {
  const trails: Trail[] = []
  const { events } = history
  for (const [index, event] of events.entries())
    readEvent(trails, event, () => events.slice(index + 1, index + 1 + FOLLOWING_RECORDS))
  const starts = withoutServiceRestarts(trails, history)
  alignLostClocks(placeStarts(starts, history), history)
  return starts
}

/** @param next the records behind it, which a kernel's word alone is read with */
function readEvent(trails: Trail[], event: EventRecord, next: () => readonly EventRecord[]): void {
  const provider = event.provider.toLowerCase()
  const id = event.eventId
  if (provider === 'eventlog') readEventLog(trails, event)
  else if (provider === KERNEL_GENERAL && id === 12) readKernelStart(trails, event, next())
  else if (provider === KERNEL_GENERAL && id === 1) readClockChange(currentOf(trails, event), event)
  else if (provider === KERNEL_GENERAL) readKernelStop(trails, event)
  else if (provider === KERNEL_BOOT) readKernelBoot(trails, event)
  else if (provider === KERNEL_POWER && id === 41) readUncleanStart(currentOf(trails, event), event)
  else if (provider === KERNEL_POWER && id === 86) currentOf(trails, event).aboutPrevious.isTooHot = true
  else if (provider === KERNEL_POWER || provider === POWER_TROUBLESHOOTER) readPower(speakerOf(trails, event), event)
  else if (provider === TIME_SERVICE) currentOf(trails, event).isClockAgreed = true
  else if (WER_PROVIDERS.has(provider)) readBugcheckReport(currentOf(trails, event), event)
  else if (provider === 'user32') readShutdownRequest(currentOf(trails, event), event)
}

/** The reason that winlogon gives where it only carries out what another program asked for. */
const NO_REASON = '0x500ff'
/** Programs are given this long to end before it does. */
const SAME_REQUEST_MS = 5 * 60_000

function readShutdownRequest(trail: Trail, event: EventRecord): void {
  const process = programOf(fieldOf(event, 'param1') ?? fieldOf(event, 0) ?? '')
  const reasonCode = fieldOf(event, 'param4') ?? fieldOf(event, 3) ?? ''
  const at = timeOf(event)
  const isCarriedOut = reasonCode === NO_REASON && /^winlogon\.exe$/i.test(process)
  const asked = trail.shutdownRequest
  if (isCarriedOut && asked && Math.abs(at - asked.at) <= SAME_REQUEST_MS) return
  trail.shutdownRequest = { process, reasonCode, at }
}

function open(trails: Trail[], event: EventRecord): Trail {
  const trail: Trail = {
    firstRecord: event.recordId,
    startKinds: new Set(),
    clockJumps: [],
    clockSets: [],
    power: 'awake',
    aboutPrevious: { bugchecks: [] },
  }
  trails.push(trail)
  return trail
}

function currentOf(trails: Trail[], event: EventRecord): Trail {
  return trails.at(-1) ?? open(trails, event)
}

function readEventLog(trails: Trail[], event: EventRecord): void {
  const id = event.eventId
  if (id === 6006) {
    currentOf(trails, event).logStop = timeOf(event)
    return
  }
  if (id === 6013) return readUptime(currentOf(trails, event), event)
  const current = trails.at(-1)
  const joins = current && !current.startKinds.has(id) && current.logStop === undefined && !isBodyOf(current)
  const trail = joins ? current : open(trails, event)
  trail.startKinds.add(id)
  if (id === 6008) readUnclean(trail, event)
  else trail.logStart = timeOf(event)
  const release = id === 6009 ? fieldOf(event, 1) : undefined
  if (release) trail.release = release
}

/** 6008's texts are in Windows' language; its binary part has the time twice, as SYSTEMTIME: local, then in UTC. */
const UTC_OFFSET = 16

function readUnclean({ aboutPrevious }: Trail, { binary = '' }: EventRecord): void {
  aboutPrevious.unclean = true
  const at = systemtimeToMs(Buffer.from(binary, 'hex').subarray(UTC_OFFSET))
  if (at !== undefined) aboutPrevious.aliveAt = at
}

/**
 * A trail that has its start of the event log service already, or resumed from disk with that service running: what comes
 * now begins another. So it does where a log, or the part of it that is read, begins behind a start and tells of what came later.
 */
function isBodyOf(trail: Trail): boolean {
  return trail.startKinds.has(6005) || trail.resumedFromFastStartup === true || isBodyAlone(trail)
}

function isBodyAlone(trail: Trail): boolean {
  const { kernelStart, startKinds, clockSets, powerAt, uptime, shutdownRequest, isClockAgreed } = trail
  if (kernelStart !== undefined || startKinds.size > 0) return false
  return clockSets.length > 0 || (powerAt ?? uptime ?? shutdownRequest ?? isClockAgreed) !== undefined
}

/** The fifth field of 6013 is the uptime in seconds. */
function readUptime(trail: Trail, event: EventRecord): void {
  const seconds = Number(fieldOf(event, 4) ?? Number.NaN)
  if (Number.isSafeInteger(seconds) && seconds >= 0) trail.uptime = { at: timeOf(event), seconds }
}

/** Reason 2 is a machine that wakes and takes the time from its hardware clock: that is sleep, not a clock that was wrong. */
const CLOCK_AFTER_SLEEP = '2'

function readClockChange(trail: Trail, event: EventRecord): void {
  const from = isoToMs(fieldOf(event, 'OldTime') ?? '')
  const to = isoToMs(fieldOf(event, 'NewTime') ?? '')
  if (from === undefined || to === undefined || trail.power !== 'awake') return
  if (fieldOf(event, 'Reason') === CLOCK_AFTER_SLEEP) return
  trail.clockJumps.push(to - from)
  trail.clockSets.push(event.recordId)
}

/** "The kernel power manager has initiated a shutdown transition." */
const KERNEL_GOES_DOWN = 109

/**
 * Whose kernel has spoken: between the event log service's start and the word of the kernel that started it, what the kernel
 * before had still to say is written.
 */
function speakerOf(trails: Trail[], event: EventRecord): Trail {
  const current = currentOf(trails, event)
  const isWaiting = current.startKinds.size > 0 && current.kernelStart === undefined
  const before = isWaiting && event.recordId - current.firstRecord <= CLOSE_RECORDS ? trails.at(-2) : undefined
  return before ?? current
}

function readPower(trail: Trail, event: EventRecord): void {
  if (event.eventId === KERNEL_GOES_DOWN && event.provider.toLowerCase() === KERNEL_POWER) trail.kernelGoesDown = true
  const state = powerAfter(event)
  if (!state) return
  trail.power = state
  trail.powerAt = timeOf(event)
}

function readKernelStart(trails: Trail[], event: EventRecord, next: readonly EventRecord[]): void {
  const current = trails.at(-1)
  const trail = current && awaitsKernel(current, event, next) ? current : open(trails, event)
  trail.kernelStart = isoToMs(fieldOf(event, 'StartTime') ?? '') ?? timeOf(event)
  trail.kernelWritten = timeOf(event)
  const build = fieldOf(event, 'BuildVersion')
  if (build) trail.os = `${build}.${fieldOf(event, 'QfeVersion') ?? '0'}`
  const mode = fieldOf(event, 'BootMode')
  if (mode !== undefined) trail.bootMode = mode
}

/** Of a start whose event log service is told first, the kernel's word comes up to 31 records later in real logs. */
const CLOSE_RECORDS = 40
/** Records of one moment are written in any order. */
const SAME_MOMENT_MS = 1_000

/**
 * Whether a trail has the start of its event log service and waits for the word of the kernel, which started before that. A
 * log, or the part of it that is read, may begin within a start, behind its kernel's word: the next one is of another boot.
 */
function awaitsKernel(trail: Trail, kernel: EventRecord, next: readonly EventRecord[]): boolean {
  if (trail.startKinds.size === 0 || trail.kernelStart !== undefined) return false
  if ((trail.shutdownRequest ?? trail.logStop) !== undefined) return false
  if (next.some((event) => isLogOf(kernel, event, { recordId: trail.firstRecord }))) return false
  const later = trail.logStart === undefined ? 0 : timeOf(kernel) - trail.logStart
  const isClose = kernel.recordId - trail.firstRecord <= CLOSE_RECORDS
  if (later <= SAME_MOMENT_MS) return isClose || trail.clockJumps.length === 0
  // the kernel's word has another zone's time, less what went by until the event log's start
  return isClose && later > SLOW_START_MS && isZone(later, { less: SLOW_START_MS, more: -1 })
}

function readKernelStop(trails: Trail[], event: EventRecord): void {
  const stop = isoToMs(fieldOf(event, 'StopTime') ?? '') ?? timeOf(event)
  const current = currentOf(trails, event)
  if (current.kernelStart !== undefined) current.kernelStop = stop
  else current.aboutPrevious.kernelStop = stop
}

/** BootType of Kernel-Boot 27: 0 cold, 1 fast start-up, 2 resumed from hibernation. */
const HIBERNATION = 2

function readKernelBoot(trails: Trail[], event: EventRecord): void {
  if (event.eventId === 27) {
    const type = Number(fieldOf(event, 'BootType') ?? fieldOf(event, 0))
    const current = trails.at(-1)
    const isFresh = current !== undefined && current.coldStart === undefined && !current.resumedFromFastStartup
    if (type === 0 && isFresh) {
      current.coldStart = true
      const safeBoot = /SAFEBOOT:(MINIMAL|NETWORK)/i.exec(fieldOf(event, 'LoadOptions') ?? '')?.[1]?.toLowerCase()
      if (safeBoot === 'minimal' || safeBoot === 'network') current.safeBoot = safeBoot
    }
    if (type === HIBERNATION && current) readPower(current, event)
    // Type 1 without a kernel start of its own: the session that shut down with fast start-up resumes.
    if (type === 1) {
      const trail =
        isFresh && current.kernelStart !== undefined && isJustStarted(current, event) ? current : open(trails, event)
      trail.resumedFromFastStartup = true
      trail.kernelStart ??= timeOf(event)
    }
  } else if (event.eventId === 20) {
    const good = fieldOf(event, 'LastShutdownGood') ?? fieldOf(event, 0)
    if (good) currentOf(trails, event).aboutPrevious.lastShutdownGood = good === 'true' || good === '1'
  }
}

/** Windows logs the boot type within the first second of the kernel. */
function isJustStarted(trail: Trail, event: EventRecord): boolean {
  return Math.abs(timeOf(event) - (trail.kernelStart ?? 0)) < 60_000
}

function readUncleanStart(trail: Trail, event: EventRecord): void {
  const about = trail.aboutPrevious
  about.unclean = true
  const isPressed =
    isSet(fieldOf(event, 'PowerButtonTimestamp')) || isSet(fieldOf(event, 'LongPowerButtonPressDetected'))
  // some machines write it twice, and know of the button once
  about.powerButton ||= isPressed
  about.sleepInProgress = isSet(fieldOf(event, 'SleepInProgress'))
  about.standbyInProgress = isSet(fieldOf(event, 'ConnectedStandbyInProgress'))
  const code = Number(fieldOf(event, 'BugcheckCode') ?? 0)
  if (!code) return
  const parameters = [1, 2, 3, 4].map((index) => hex(fieldOf(event, `BugcheckParameter${index}`) ?? '0'))
  about.bugchecks.push({ loggedAt: timeOf(event), stopCode: `0x${code.toString(16)}`, parameters, source: 'log-41' })
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && Number(value) !== 0
}

/**
 * Event 1001 says "0x0000007e (0x…, 0x…, 0x…, 0x…)" in param1 and the dump in param2, in every language: only the message
 * around them is translated.
 */
function readBugcheckReport(trail: Trail, event: EventRecord): void {
  const texts = event.data.map(([, value]) => value)
  const numbers = texts.map((text) => text.match(/0x[0-9a-f]{1,16}/gi) ?? []).find((found) => found.length >= 5)
  if (!numbers) return
  const [stopCode = '0x0', ...parameters] = numbers.slice(0, 5).map(hex)
  const dump = texts.find((text) => /\.dmp$/i.test(text.trim()))?.trim()
  trail.aboutPrevious.bugchecks.push({
    loggedAt: timeOf(event),
    stopCode,
    parameters,
    ...(dump ? { dump } : {}),
    source: 'log-1001',
  })
}

/** Hexadecimal without leading zeros, so that the three sources of one crash can be compared. */
function hex(text: string): string {
  return /^0x[0-9a-f]{1,16}$/i.test(text)
    ? `0x${BigInt(text).toString(16)}`
    : /^\d{1,20}$/.test(text)
      ? `0x${BigInt(text).toString(16)}`
      : '0x0'
}

/** `C:\Windows\system32\svchost.exe (PC)` without folder and computer: paths can hold a user's name. */
function programOf(text: string): string {
  return fileName(text.replace(/ \([^()]*\)$/, ''))
}

/**
 * Where kernels log their starts, a trail without one is the event log service alone being started again. The first trail
 * of a log stays: its kernel start may lie before the log begins; and so does the last, whose kernel's word may not be written yet.
 */
function withoutServiceRestarts(trails: Trail[], history: LogHistory): Trail[] {
  if (!trails.some((trail) => trail.kernelStart !== undefined)) return trails
  const kept: Trail[] = []
  for (const trail of trails) {
    const before = kept.at(-1)
    const isWaiting = trail === trails.at(-1) && !hasGoneOn(trail, history)
    if (trail.kernelStart === undefined && before && !isWaiting && !trail.aboutPrevious.unclean) {
      const { logStop, shutdownRequest } = trail
      delete before.logStop
      if (logStop !== undefined) before.logStop = logStop
      if (shutdownRequest) before.shutdownRequest = shutdownRequest
    } else kept.push(trail)
  }
  return kept
}

/** Whether so much was written since the event log's start that the kernel's word of it would be there. */
function hasGoneOn({ firstRecord, logStart = 0 }: Trail, { ids, writtenAt }: LogHistory): boolean {
  const isLate = (writtenAt.at(-1) ?? 0) - logStart > SLOW_START_MS
  return isLate || (ids.at(-1) ?? 0) - firstRecord > CLOSE_RECORDS
}
