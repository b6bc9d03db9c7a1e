import type { DumpFile } from '../../volume/dump-files.ts'
import { isReportLate, type LoggedBugcheck, type Trail } from '../boots/trail.ts'

/** One bugcheck with all that is known of it. */
export interface JoinedBugcheck {
  stopCode: bigint
  parameters: bigint[]
  logged: LoggedBugcheck[]
  dumps: DumpFile[]
  /** Index of the trail whose start followed the crash; undefined where no start is logged after it. */
  nextTrail?: number
}

/** Crashes by what identifies them; in each list in the order of the log. */
type Joined = Map<string, JoinedBugcheck[]>

/** A report can come this long before or after the start that follows the crash: clocks, and dumps copied at the next start. */
const REPORT_WINDOW_MS = 26 * 3_600_000
/** A report is at most this many equal crashes late: a loop leaves thousands with the same parameters. */
const MAX_LATE = 32
/** A minidump and MEMORY.DMP of one crash carry the same header; times may differ by rounding. */
const SAME_DUMP_MS = 2_000

/**
 * Joins what the three sources say: Kernel-Power 41 and event 1001 in the boot after the crash, and the dumps. Two reports
 * are of one crash if stop code and parameters are the same (the parameters hold addresses that change with every boot)
 * and they stand in the same boot, or the dump's time fits.
 *
 * @param alone reports from beyond the System log
 */
export function joinBugchecks(
  trails: readonly Trail[],
  dumps: readonly DumpFile[],
  alone: readonly LoggedBugcheck[],
): JoinedBugcheck[] {
  const byKey: Joined = new Map()
  for (const [index, trail] of trails.entries()) {
    const isLate = isReportLate(trail, trails[index - 1])
    for (const logged of trail.aboutPrevious.bugchecks) addLogged(byKey, logged, index, isLate)
  }
  const joined = [...byKey.values()].flat()
  joined.push(...alone.map(beyondTheLog))
  joined.sort((a, b) => (a.nextTrail ?? 0) - (b.nextTrail ?? 0))
  for (const dump of dumps) addDump(joined, dump, trails)
  return joined
}

/** @param isLate the boot before that start ended cleanly: the report is of an older crash, which may be reported already */
function addLogged(joined: Joined, logged: LoggedBugcheck, trail: number, isLate: boolean): void {
  const stopCode = BigInt(logged.stopCode)
  const parameters = logged.parameters.map(BigInt)
  const key = keyOf(stopCode, parameters)
  const alike = joined.get(key) ?? []
  joined.set(key, alike)
  // The report of Windows Error Reporting may come a boot or more late, but then its parameters must tell.
  const tells = parameters.some(isAddress)
  const isTold = (crash: JoinedBugcheck): boolean => crash.logged.some(({ source }) => source === logged.source)
  const same = alike
    .slice(-MAX_LATE)
    .findLast((crash) => isLate || (!isTold(crash) && (crash.nextTrail === trail || tells)))
  if (same) same.logged.push(logged)
  else alike.push({ stopCode, parameters, logged: [logged], dumps: [], nextTrail: trail })
}

function beyondTheLog(report: LoggedBugcheck): JoinedBugcheck {
  return {
    stopCode: BigInt(report.stopCode),
    parameters: report.parameters.map(BigInt),
    logged: [report],
    dumps: [],
  }
}

/** Stop code and parameters, by which two reports of one crash find each other in a log of thousands. */
function keyOf(stopCode: bigint, parameters: readonly bigint[]): string {
  return [stopCode, ...parameters].join(' ')
}

function addDump(joined: JoinedBugcheck[], dump: DumpFile, trails: readonly Trail[]): void {
  const { header } = dump
  const at = header.crashedAt ?? dump.modifiedAt
  const stopCode = BigInt(header.stopCode)
  const fits = joined.filter((crash) => {
    if (!isSame(crash, stopCode, header.parameters, 8 * header.wordSize)) return false
    // the file of a dump that breaks off before its time, or was copied to another disk, has any time
    if (isNamed(crash, dump) || (header.crashedAt === undefined && crash.parameters.some(isAddress))) return true
    const other = crash.dumps[0]
    if (other) return Math.abs((other.header.crashedAt ?? 0) - at) <= SAME_DUMP_MS
    const { start } = trails[crash.nextTrail ?? -1] ?? {}
    // by a clock that stood still no time fits, but addresses among the parameters tell
    if (start?.isClockLost && crash.parameters.some(isAddress)) return true
    const shift = trails[(crash.nextTrail ?? 0) - 1]?.start?.endShift ?? 0
    return start === undefined || Math.abs(start.startedAt - at - shift) <= REPORT_WINDOW_MS
  })
  const nearest = fits.sort((a, b) => distance(a, at, trails) - distance(b, at, trails))[0]
  if (nearest) {
    nearest.dumps.push(dump)
    return
  }
  const crash: JoinedBugcheck = { stopCode, parameters: [...header.parameters], logged: [], dumps: [dump] }
  const next = trails.findIndex((trail) => (startOf(trail) ?? 0) >= at)
  if (next >= 0) crash.nextTrail = next
  joined.push(crash)
}

/** Windows gives each minidump a name of its own, and tells it in its report; MEMORY.DMP is written anew by each crash. */
const MINIDUMP = /^\d{6}-\d+-\d+\.dmp$/i

function isNamed({ logged }: JoinedBugcheck, { fileName }: DumpFile): boolean {
  const name = fileName.toLowerCase()
  return MINIDUMP.test(name) && logged.some(({ dump }) => dump?.toLowerCase().endsWith(`\\${name}`))
}

function isAddress(parameter: bigint): boolean {
  return parameter > 0xffffn
}

/** Parameters of 32-bit Windows are compared by their 32 bits: the log can have them extended by their sign. */
function isSame(crash: JoinedBugcheck, stopCode: bigint, parameters: readonly bigint[], bits = 64): boolean {
  const isEqual = (value: bigint, index: number): boolean => BigInt.asUintN(bits, value) === parameters[index]
  return crash.stopCode === stopCode && crash.parameters.every(isEqual)
}

function distance(crash: JoinedBugcheck, at: number, trails: readonly Trail[]): number {
  const other = crash.dumps[0]?.header.crashedAt ?? startOf(trails[crash.nextTrail ?? -1])
  return other === undefined ? Number.POSITIVE_INFINITY : Math.abs(other - at)
}

function startOf(trail: Trail | undefined): number | undefined {
  return trail?.start?.startedAt
}
