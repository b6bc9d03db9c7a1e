import { POWER_BUTTON_HELD, stopCodeName } from '@pumphandle/shared/stop-codes'
import { MAX_CRASH_DRIVERS } from '@pumphandle/shared/wire/limits'
import type { DumpHeader } from '../../formats/dump/header.ts'
import { fileName } from '../../formats/text.ts'
import type { DumpFile } from '../../volume/dump-files.ts'
import type { LogHistory } from '../../volume/history.ts'
import type { Boot } from '../boots/boot.ts'
import { FORCED_OFF } from '../boots/history.ts'
import { lastAliveBefore, lastHeardBefore } from '../boots/start-time.ts'
import type { LoggedBugcheck, Trail } from '../boots/trail.ts'
import { isZone } from '../boots/zone.ts'
import type { ModuleFiles } from '../microsoft.ts'
import type { Crash } from './crash.ts'
import { faultingAddress, findCulprit, placeOf } from './culprit.ts'
import { type JoinedBugcheck, joinBugchecks } from './join.ts'

/** A dump computes the start from its uptime; Kernel-General 12 has it to the tick of the clock. */
const SAME_START_MS = 30_000

/**
 * The bugchecks of a volume, and `boots` brought up to date by them: a boot that crashed before the event log could start
 * is known from its dump alone, which is what a boot loop looks like.
 *
 * @param alone reports from beyond the System log
 */
export function bugchecksOf(
  trails: readonly Trail[],
  history: LogHistory,
  boots: Boot[],
  dumps: readonly DumpFile[],
  files: ModuleFiles,
  alone: readonly LoggedBugcheck[] = [],
): Crash[] {
  const logged = new Map(boots.map((boot) => [boot.bootId, boot]))
  const keys = new Set<string>()
  // Logged ones first: theirs is the key that does not hang on whether the dump is there yet.
  const joined = joinBugchecks(trails, dumps, alone)
    .filter((one) => !isLiveDump(one, trails, history))
    .sort((a, b) => Number(b.logged.length > 0) - Number(a.logged.length > 0))
  return joined.map((bugcheck) => {
    const dump = bugcheck.dumps.find((file) => file.triage.modules.length > 0) ?? bugcheck.dumps[0]
    const boot = crashedBoot(bugcheck, dump, trails, history, boots, logged)
    if (boot && Number(bugcheck.stopCode) === POWER_BUTTON_HELD) forcedOff(boots, boot)
    const crash = toCrash(bugcheck, dump, boot, trails, history, files)
    const key = keyOf(bugcheck, crash, trails, logged)
    crash.id = `bugcheck:${keys.has(key) ? `${key}:${crash.at}` : key}`
    keys.add(key)
    return crash
  })
}

/** Somebody held the power button until Windows stopped itself: a bugcheck by its dump, by a person's hand. */
function forcedOff(boots: readonly Boot[], boot: Boot): void {
  boot.endReason = FORCED_OFF
  const next = boots[boots.indexOf(boot) + 1]
  if (next?.previous.end === 'bugcheck') next.previous = { ...next.previous, reason: FORCED_OFF }
}

/**
 * What identifies a crash: the boot that the log says it ended, or the start that reports it where the log says that the
 * boot before it ended cleanly; and only where the log says nothing, the boot that the dump tells of.
 */
function keyOf(
  joined: JoinedBugcheck,
  crash: Crash,
  trails: readonly Trail[],
  logged: ReadonlyMap<string, Boot>,
): string {
  if (joined.logged.length === 0) return crash.bootId ?? crash.at
  if (joined.nextTrail === undefined) return crash.at
  const next = trails[joined.nextTrail]
  return precedingBoot(joined, trails, logged)?.bootId ?? `before:${next?.start?.bootId ?? ''}`
}

function toCrash(
  joined: JoinedBugcheck,
  dump: DumpFile | undefined,
  boot: Boot | undefined,
  trails: readonly Trail[],
  history: LogHistory,
  files: ModuleFiles,
): Crash {
  const next = trails[joined.nextTrail ?? -1]
  const nextStart = next?.start?.startedAt
  const shift = shiftBefore(joined, trails)
  const exact = dump?.header.crashedAt === undefined ? undefined : dump.header.crashedAt + shift
  const lastAlive = next && lastHeardBefore(next, history)
  const at = exact ?? nextStart ?? joined.logged[0]?.loggedAt ?? dump?.modifiedAt ?? 0
  const name = stopCodeName(Number(joined.stopCode))
  const crash: Crash = {
    id: '',
    at: iso(at),
    atPrecision: exact === undefined ? 'latest' : 'exact',
    ...(lastAlive === undefined || exact !== undefined ? {} : { lastAliveAt: iso(lastAlive + shift) }),
    kind: 'bugcheck',
    stopCode: hex(joined.stopCode, 8),
    ...(name ? { stopName: name } : {}),
    parameters: joined.parameters.map((value) => hex(value, 16)),
    process: null,
    module: null,
    culprit: null,
    dump: dump?.fileName ?? fileNameOf(joined.logged.find(({ dump: path }) => path)?.dump),
    ...(boot ? { bootId: boot.bootId } : {}),
    sources: [...new Set([...joined.logged, ...joined.dumps].map(({ source }) => source))],
  }
  if (dump) addDump(crash, dump, files)
  return crash
}

function addDump(crash: Crash, dump: DumpFile, files: ModuleFiles): void {
  const { header, triage } = dump
  crash.dumpKind = header.kind
  crash.process = triage.process ?? null
  if (header.uptimeSeconds !== undefined) crash.uptimeSeconds = header.uptimeSeconds
  const place = placeOf(faultingAddress(header), triage.modules)
  if (place) {
    crash.module = place.module.name
    crash.moduleOffset = `0x${place.offset.toString(16)}`
    const version = files.version(place.module)?.version
    if (version) crash.moduleVersion = version
  }
  crash.culprit = findCulprit(header, triage, files) ?? null
  if (triage.modules.length > 0) {
    const foreign = triage.modules.filter((module) => !files.isMicrosoft(module))
    crash.drivers = foreign.slice(0, MAX_CRASH_DRIVERS).map((module) => {
      const file = files.version(module)
      const driver: NonNullable<Crash['drivers']>[number] = { name: module.name.toLowerCase() }
      if (file) driver.version = file.version
      if (file?.company) driver.company = file.company
      return driver
    })
  }
}

/** The session that a crash ended; made from the dump where the log has no trace of it. */
function crashedBoot(
  joined: JoinedBugcheck,
  dump: DumpFile | undefined,
  trails: readonly Trail[],
  history: LogHistory,
  boots: Boot[],
  logged: ReadonlyMap<string, Boot>,
): Boot | undefined {
  const preceding = precedingBoot(joined, trails, logged)
  const bootedAt = dump?.header.bootedAt
  if (dump === undefined || bootedAt === undefined) return preceding
  const { crashedAt } = dump.header
  const next = trails[joined.nextTrail ?? -1]
  const lastAlive = next && lastAliveBefore(next, history)
  const boot =
    (preceding && isBootOf(preceding, dump.header, lastAlive, joined) ? preceding : undefined) ??
    sessionOf(boots, bootedAt, crashedAt) ??
    insertBoot(boots, dump, bootedAt)
  boot.end = 'bugcheck'
  if (crashedAt !== undefined) boot.endedAt = iso(crashedAt + shiftBefore(joined, trails))
  delete boot.endReason
  tellNext(boots, boot)
  return boot
}

/** What times of the boot that a crash ended lack, where its clock was found to be wrong later. */
function shiftBefore({ nextTrail }: JoinedBugcheck, trails: readonly Trail[]): number {
  return trails[(nextTrail ?? 0) - 1]?.start?.endShift ?? 0
}

/** The boot in the log before the one that reports the crash, unless the log says that it ended cleanly. */
function precedingBoot(
  joined: JoinedBugcheck,
  trails: readonly Trail[],
  logged: ReadonlyMap<string, Boot>,
): Boot | undefined {
  if (joined.nextTrail === undefined || joined.logged.length === 0) return undefined
  const trail = trails[joined.nextTrail - 1]
  const hasEnded = trail?.kernelStop ?? trails[joined.nextTrail]?.aboutPrevious.kernelStop
  return trail?.start === undefined || hasEnded !== undefined ? undefined : logged.get(trail.start.bootId)
}

/**
 * Whether a boot that the log leads to is the one that the dump tells of. A dump's uptime counts on from the cold start
 * through fast start-up, and may leave out sleep; and a clock that was set to local time as the boot was logged shifts its
 * start by whole quarter hours. A boot that is gone from the log began after its last record.
 */
function isBootOf(
  boot: Boot,
  { bootedAt = 0, crashedAt }: DumpHeader,
  lastAlive: number | undefined,
  { logged }: JoinedBugcheck,
): boolean {
  const start = Date.parse(boot.startedAt)
  if (boot.start === 'fast-startup') return crashedAt === undefined || start <= crashedAt + SAME_START_MS
  // Kernel-Power 41 speaks of no boot but the one before it, however its uptime was counted
  const isSaid = logged.some(({ source }) => source === 'log-41') && crashedAt !== undefined && crashedAt > start
  const isAfter = isSaid || bootedAt >= start - SAME_START_MS
  if (isAfter && lastAlive !== undefined && bootedAt <= lastAlive) return true
  return isZone(Math.abs(start - bootedAt), { less: SAME_START_MS, more: SAME_START_MS })
}

/** The session of a kernel that was running at the crash: the cold start, or the newest resume before the crash. */
function sessionOf(boots: readonly Boot[], bootedAt: number, crashedAt: number | undefined): Boot | undefined {
  let index = boots.findLastIndex((boot) => Math.abs(Date.parse(boot.startedAt) - bootedAt) <= SAME_START_MS)
  if (index < 0) return undefined
  for (;;) {
    const next = boots[index + 1]
    const isResumed =
      next?.start === 'fast-startup' && crashedAt !== undefined && Date.parse(next.startedAt) <= crashedAt
    if (!isResumed) return boots[index]
    index++
  }
}

function insertBoot(boots: Boot[], dump: DumpFile | undefined, bootedAt: number): Boot {
  const boot: Boot = {
    bootId: iso(bootedAt),
    startedAt: iso(bootedAt),
    endedAt: null,
    end: 'bugcheck',
    start: 'unknown',
    previous: { end: 'unknown' },
    seenIn: dump?.source ?? 'minidump',
  }
  const after = boots.findIndex((other) => Date.parse(other.startedAt) > bootedAt)
  const at = after < 0 ? boots.length : after
  const before = boots[at - 1]
  const isNear = bootedAt - Date.parse(before?.endedAt ?? '') <= SAME_STORY_MS
  if (before?.endedAt && before.end !== 'unknown' && isNear) boot.previous = { end: before.end, at: before.endedAt }
  boots.splice(at, 0, boot)
  return boot
}

/** A start so much later than a crash that the log does not know of may follow on another. */
const SAME_STORY_MS = 26 * 3_600_000

function tellNext(boots: Boot[], boot: Boot): void {
  const next = boots[boots.indexOf(boot) + 1]
  if (!next) return
  const gap = Date.parse(next.startedAt) - Date.parse(boot.endedAt ?? boot.startedAt)
  if (boot.seenIn === 'event-log' || gap <= SAME_STORY_MS)
    next.previous = { end: boot.end, ...(boot.endedAt ? { at: boot.endedAt } : {}) }
}

/**
 * A dump of a machine that went on running, of a display driver that hung for example, or made by hand: its header says so,
 * or its stop code does, or the log goes on after it without a start. No word of the log may call it a crash.
 */
function isLiveDump(
  { logged, dumps, stopCode }: JoinedBugcheck,
  trails: readonly Trail[],
  history: LogHistory,
): boolean {
  if (logged.length > 0) return false
  const isNamedLive =
    LIVE_CODES.has(Number(stopCode)) || /LIVE_?DUMP|LIVE_SYSTEM/.test(stopCodeName(Number(stopCode)) ?? '')
  return isNamedLive || dumps.some(({ header }) => header.isLive || wentOn(header, trails, history))
}

/** VIDEO_TDR_TIMEOUT_DETECTED and VIDEO_ENGINE_TIMEOUT_DETECTED: the display driver was started anew. */
const LIVE_CODES = new Set([0x117, 0x141])
/** The last seconds before a crash may be written with a clock that is a little ahead. */
const WENT_ON_MS = 2 * 60_000

/** Whether the session that was running at the dump's time wrote records long after it. */
function wentOn({ crashedAt, bootedAt }: DumpHeader, trails: readonly Trail[], history: LogHistory): boolean {
  if (crashedAt === undefined || bootedAt === undefined) return false
  const index = trails.findLastIndex(
    ({ start }) => start !== undefined && !start.isClockLost && start.startedAt <= crashedAt,
  )
  const trail = trails[index]
  if (!trail?.start || trail.clockJumps.some((jump) => Math.abs(jump) > WENT_ON_MS)) return false
  if (bootedAt > trail.start.startedAt + SAME_START_MS) return false
  const next = trails[index + 1]
  const lastAlive = next ? lastAliveBefore(next, history) : history.writtenAt.at(-1)
  return lastAlive !== undefined && lastAlive > crashedAt + WENT_ON_MS
}

function fileNameOf(path: string | undefined): string | null {
  return path === undefined ? null : fileName(path)
}

function hex(value: bigint, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
