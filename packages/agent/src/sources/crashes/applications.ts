import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf, timeOf } from '../../formats/evtx/event-fields.ts'
import { fileName } from '../../formats/text.ts'
import type { Volume } from '../../volume/volume.ts'
import { trueTimeOf } from '../boots/true-time.ts'
import type { Reading, Since, Source } from '../source.ts'
import type { Crash } from './crash.ts'
import { countBySignature, type SingleCrash } from './signature.ts'

/** Application Error, Windows Error Reporting and .NET tell of one crash within this time of each other. */
const SAME_CRASH_MS = 2 * 60_000
/** No machine has more crashes than this within that time; a program that fails in a loop fills the log with thousands. */
const LOOK_BACK = 100

/** Application crashes and hangs: Application Error 1000, Hang 1002, WER 1001, .NET Runtime 1023, 1025, 1026. */
export const applicationsSource: Source<Crash[]> = {
  name: 'applications',
  read: async (volume, since) => readApplications(volume, since),
}

function readApplications(volume: Volume, since: Since): Reading<Crash[]> {
  const history = volume.history().application()
  const told = new ToldCrashes()
  const times = trueTimeOf(volume).ofAll(history.events)
  for (const [index, event] of history.events.entries()) {
    const crash = toCrash(event)
    if (crash) told.add({ ...crash, at: new Date(times[index] ?? 0).toISOString() }, timeOf(event), keysOf(event))
  }
  const fresh = told.crashes.filter(({ at }) => Date.parse(at) >= (since.at ?? 0))
  return { facts: countBySignature(fresh), problems: history.problems.all() }
}

/** Crashes, each once, whoever tells of it. */
class ToldCrashes {
  readonly crashes: SingleCrash[] = []
  readonly #byKey = new Map<string, SingleCrash>()
  readonly #recent: { crash: SingleCrash; at: number; name: string }[] = []

  /**
   * Adds a crash, or completes the one that was told before: under the same report id however late (Windows Error Reporting
   * logs each step of a report, sending it days later among them), of the same process (an exception in a window's callback
   * is logged twice), or by another provider within the same two minutes.
   */
  add(crash: SingleCrash, at: number, keys: readonly string[]): void {
    const byKey = keys.map((key) => this.#byKey.get(key)).find((known) => known !== undefined)
    const same = byKey ?? this.#recentlyTold(crash, at)
    for (const key of keys) this.#byKey.set(key, same ?? crash)
    if (same) return complete(same, crash)
    this.crashes.push(crash)
    this.#recent.push({ crash, at, name: nameOf(crash) })
    if (this.#recent.length > LOOK_BACK) this.#recent.shift()
  }

  #recentlyTold(crash: SingleCrash, at: number): SingleCrash | undefined {
    const name = nameOf(crash)
    return this.#recent.findLast(
      (other) =>
        Math.abs(other.at - at) <= SAME_CRASH_MS &&
        other.name === name &&
        !other.crash.sources.some((source) => crash.sources.includes(source)),
    )?.crash
  }
}

function nameOf({ kind, process }: SingleCrash): string {
  return `${kind} ${process?.toLowerCase() ?? ''}`
}

function complete(known: SingleCrash, more: SingleCrash): void {
  known.sources = [...new Set([...known.sources, ...more.sources])]
  known.module ??= more.module
  if (more.moduleVersion) known.moduleVersion ??= more.moduleVersion
  if (more.processVersion) known.processVersion ??= more.processVersion
  if (more.exceptionCode) known.exceptionCode ??= more.exceptionCode
}

/** Where Windows Error Reporting is switched off, every crash has this for its report's id; a process that is not known has zeros too. */
const NOTHING = /^(?:0x)?[0-]*$/i
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i
/** Where the events tell their report's id, which Application Error and Windows Error Reporting share, by position. */
const REPORT_ID: Partial<Record<string, { name: string; index: number }>> = {
  'application error': { name: 'IntegratorReportId', index: 12 },
  'application hang': { name: 'ReportId', index: 6 },
  'windows error reporting': { name: 'ReportId', index: 19 },
}

/** What another event of the same crash has too: the report's id, and of Application Error the process. */
function keysOf(event: EventRecord): string[] {
  const provider = event.provider.toLowerCase()
  const field = (name: string, index: number): string => fieldOf(event, name) ?? fieldOf(event, index) ?? ''
  const place = REPORT_ID[provider]
  const report = GUID.exec(place ? field(place.name, place.index) : '')?.[0].toLowerCase()
  const startedAt = provider === 'application error' ? field('ProcessCreationTime', 9) : ''
  return [
    ...(report === undefined || NOTHING.test(report) ? [] : [report]),
    ...(NOTHING.test(startedAt) ? [] : [`${field('AppName', 0)} ${field('ProcessId', 8)} ${startedAt}`.toLowerCase()]),
  ]
}

function toCrash(event: EventRecord): SingleCrash | undefined {
  const provider = event.provider.toLowerCase()
  if (provider === 'application error') return applicationError(event)
  if (provider === 'application hang') return applicationHang(event)
  if (provider === 'windows error reporting') return errorReport(event)
  return provider === '.net runtime' ? dotNet(event) : undefined
}

/** Fields by position in Windows up to 11 23H2, by name since. Paths, which hold users' names, are not taken. */
function applicationError(event: EventRecord): SingleCrash | undefined {
  const field = (name: string, index: number): string => fieldOf(event, name) ?? fieldOf(event, index) ?? ''
  return single(event, 'app', 'log-1000', {
    process: field('AppName', 0),
    processVersion: field('AppVersion', 1),
    module: field('ModuleName', 3),
    moduleVersion: field('ModuleVersion', 4),
    exceptionCode: field('ExceptionCode', 6),
  })
}

function applicationHang(event: EventRecord): SingleCrash | undefined {
  const field = (name: string, index: number): string => fieldOf(event, name) ?? fieldOf(event, index) ?? ''
  return single(event, 'hang', 'log-1002', { process: field('AppName', 0), processVersion: field('AppVersion', 1) })
}

/**
 * Event 1001 of Windows Error Reporting: bucket, type, event name, response, cab id, then P1 to P10 whose meaning hangs on
 * the event name. Reports that are no crash of a program (updates, devices, live kernel dumps) are left out.
 */
function errorReport(event: EventRecord): SingleCrash | undefined {
  const field = (name: string, index: number): string => fieldOf(event, name) ?? fieldOf(event, index) ?? ''
  const p = (number: number): string => field(`P${number}`, 4 + number)
  const eventName = field('EventName', 2)
  if (/^(MoAppCrash|APPCRASH|MoBEX|BEX)(64)?$/i.test(eventName)) {
    // Reports of packaged programs put the package in front of the rest, and `praid:App` where others name the program.
    const isPackaged = /^Mo/i.test(eventName)
    const shift = isPackaged ? 1 : 0
    const isBex = /BEX/i.test(eventName)
    return single(event, 'app', 'log-1001', {
      process: isPackaged ? (p(1).split('_')[0] ?? '') : p(1),
      processVersion: p(2 + shift),
      module: p(4 + shift),
      moduleVersion: p(5 + shift),
      exceptionCode: p((isBex ? 8 : 7) + shift),
    })
  }
  if (/^CLR20r3$/i.test(eventName)) {
    return single(event, 'app', 'log-1001', {
      process: p(1),
      processVersion: p(2),
      module: p(4),
      moduleVersion: p(5),
      exceptionCode: 'e0434352',
    })
  }
  if (/^AppHang/i.test(eventName)) {
    return single(event, 'hang', 'log-1001', { process: p(1), processVersion: p(2) })
  }
  if (/^MoAppHang/i.test(eventName)) {
    return single(event, 'hang', 'log-1001', { process: p(1).split('_')[0] ?? '', processVersion: p(3) })
  }
  return undefined
}

/** What the process ended with: an error of the runtime itself, FailFast, an exception that nobody caught. */
const DOT_NET_CODES: Partial<Record<number, string>> = { 1023: '80131506', 1025: '80131623', 1026: 'e0434352' }

/** An event of .NET is one text. Its first line is "Application: X.exe", translated up to the colon; the rest may hold anything. */
function dotNet(event: EventRecord): SingleCrash | undefined {
  const [firstLine = ''] = (event.data[0]?.[1] ?? '').trim().split(/[\r\n]/)
  const process = /(?:[:\uff1a]\s*|[\\/])([^\\/:\uff1a]+\.exe)\b/i.exec(firstLine)?.[1] ?? ''
  const exceptionCode = DOT_NET_CODES[event.eventId]
  return single(event, 'app', `log-${event.eventId}`, { process, ...(exceptionCode && { exceptionCode }) })
}

interface CrashFields {
  process: string
  processVersion?: string
  module?: string
  moduleVersion?: string
  exceptionCode?: string
}

function single(
  event: EventRecord,
  kind: 'app' | 'hang',
  source: string,
  fields: CrashFields,
): SingleCrash | undefined {
  const process = plainName(fields.process)
  if (!process) return undefined
  const crash: SingleCrash = {
    at: new Date(timeOf(event)).toISOString(),
    atPrecision: 'exact',
    kind,
    stopCode: null,
    parameters: [],
    process,
    module: plainName(fields.module ?? '') ?? null,
    culprit: null,
    dump: null,
    sources: [source],
  }
  const code = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(fields.exceptionCode ?? '')?.[1]
  if (fields.processVersion && fields.processVersion !== '0.0.0.0') crash.processVersion = fields.processVersion
  if (fields.moduleVersion && fields.moduleVersion !== '0.0.0.0') crash.moduleVersion = fields.moduleVersion
  if (code) crash.exceptionCode = `0x${code.toLowerCase()}`
  return crash
}

/** The file name alone: a path may lead through a person's folder. `unknown` is Windows' word for none. */
function plainName(text: string): string | undefined {
  const name = fileName(text).trim()
  return name === '' || name.toLowerCase() === 'unknown' ? undefined : name
}
