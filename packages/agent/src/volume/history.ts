import type { EventRecord } from '../formats/evtx/event.ts'
import { timeOf } from '../formats/evtx/event-fields.ts'
import { isFull, newestRecordId, readEvents } from '../formats/evtx/log.ts'
import type { WantedEvents } from '../formats/evtx/templates.ts'
import { Problems } from '../formats/problem.ts'
import type { Reader } from '../formats/reader.ts'
import { APPLICATION_EVENTS, BITLOCKER_EVENTS, NETWORK_EVENTS, START_EVENTS, SYSTEM_EVENTS } from './wanted.ts'

/** Where the event logs are, unless the machine's settings say otherwise. */
export const LOGS = 'Windows/System32/winevt/Logs'
const LOG = {
  system: 'System',
  application: 'Application',
  bitlocker: 'Microsoft-Windows-BitLocker%4BitLocker Management',
  network: 'Microsoft-Windows-NetworkProfile%4Operational',
} as const
export type LogName = (typeof LOG)[keyof typeof LOG]
/** Where a log of the machine is kept, by its settings; undefined for the default place. */
export type LogPlace = { path: string } | { elsewhere: string }
export const LOG_NAMES: readonly LogName[] = Object.values(LOG)
/** File names, in lower case, of the logs that are read; the others, Security above all, are written more often. */
export const LOG_FILES: ReadonlySet<string> = new Set(LOG_NAMES.map((log) => `${log}.evtx`.toLowerCase()))
/** Where Windows XP and Server 2003 keep theirs, in a format of its own. */
const OLD_LOGS: Partial<Record<string, string>> = {
  System: 'Windows/System32/config/SysEvent.Evt',
  Application: 'Windows/System32/config/AppEvent.Evt',
}
/** The first second needs the boots that a loop of 30 minutes can hold, and one before them to tell how they ended. */
const RECENT_BOOTS = 12
/** A quiet machine boots once in two weeks: two recent boots are enough there, if they are this far apart. */
const RECENT_SPAN_MS = 60 * 60_000
const RECENT_MIN_BOOTS = 2
/**
 * 2 MB, some 6,000 records: a PC writes as much in a week, and is started or resumed each day. Where the start before this one
 * lies further back, as on a server that ran for months, this start is told first, with how the one before it ended, and the crash
 * with the first look at the whole log: reading on would cost each of its starts a tenth of the first second.
 */
const RECENT_CHUNKS = 32
/** 20 MB logs hold some 60,000 records; of a larger one, the newest. */
const MAX_EVENTS = 200_000

/** The wanted events of one log in the order they were written, and when anything at all was written. */
export interface LogHistory {
  events: EventRecord[]
  /** Ids of all records met, rising, and when each was written (ms since 1970), in step. */
  ids: number[]
  writtenAt: number[]
  problems: Problems
  /** False where only the newest part was read. */
  isComplete: boolean
}

/** The event logs of a volume, each read at most once. */
export class EventHistory {
  readonly #open: (path: string) => Reader | undefined
  readonly #placeOf: (log: LogName) => LogPlace | undefined
  readonly #names: (folder: string) => readonly string[]
  #system: LogHistory | undefined
  #recent: LogHistory | undefined
  readonly #others = new Map<string, LogHistory>()

  /**
   * @param open a file by its path inside the volume
   * @param placeOf where the machine's settings put a log
   * @param names what a folder inside the volume holds
   */
  constructor(
    open: (path: string) => Reader | undefined,
    placeOf: (log: LogName) => LogPlace | undefined,
    names: (folder: string) => readonly string[],
  ) {
    this.#open = open
    this.#placeOf = placeOf
    this.#names = names
  }

  /** All wanted events of System.evtx. */
  system(): LogHistory {
    this.#system ??= this.#read(LOG.system, SYSTEM_EVENTS)
    return this.#system
  }

  /** Takes in what the file did not have yet: events behind its newest, oldest first. */
  addToSystem(events: readonly EventRecord[]): void {
    const history = this.system()
    for (const event of events) {
      if (event.recordId <= (history.ids.at(-1) ?? 0)) continue
      history.ids.push(event.recordId)
      history.writtenAt.push(timeOf(event))
      if (SYSTEM_EVENTS.get(event.provider.toLowerCase())?.has(event.eventId)) history.events.push(event)
    }
  }

  /** The starts and ends in the newest part of System.evtx, read from its end: the last boots, in a few milliseconds. */
  recentSystem(): LogHistory {
    if (this.#system) return this.#system
    let boots = 0
    let newest: number | undefined
    let hasAll = false
    let bootAt: number | undefined
    let logStart: EventRecord | undefined
    let kernel: EventRecord | undefined
    const goesOn = (chunks: number): boolean => {
      if (boots === 0) return true
      // a start may lie across two chunks
      bootAt ??= chunks
      return chunks < Math.max(RECENT_CHUNKS, bootAt + 1)
    }
    this.#recent ??= this.#read(LOG.system, START_EVENTS, goesOn, (event) => {
      // what else Windows writes at the start of the oldest boot stands before the kernel's word, or behind it
      if (hasAll) return !isOfStart(event, kernel, logStart)
      const at = timeOf(event)
      newest ??= at
      if (isLogStart(event)) logStart = event
      if (event.provider === 'Microsoft-Windows-Kernel-General' && event.eventId === 12) {
        boots++
        kernel = event
      }
      hasAll = boots > RECENT_BOOTS || (boots >= RECENT_MIN_BOOTS && newest - at > RECENT_SPAN_MS)
      return false
    })
    return this.#recent
  }

  application(): LogHistory {
    return this.#other(LOG.application, APPLICATION_EVENTS)
  }

  bitlocker(): LogHistory {
    return this.#other(LOG.bitlocker, BITLOCKER_EVENTS)
  }

  network(): LogHistory {
    return this.#other(LOG.network, NETWORK_EVENTS)
  }

  /** The newest record of each log, in a few milliseconds: whether anything was written since. */
  newestRecords(): Partial<Record<LogName, number>> {
    const newest: Partial<Record<LogName, number>> = {}
    for (const log of LOG_NAMES) {
      const place = this.#placeOf(log)
      const reader = place && 'elsewhere' in place ? undefined : this.#open(place?.path ?? `${LOGS}/${log}.evtx`)
      const id = reader && newestRecordId(reader)
      reader?.close()
      if (id !== undefined) newest[log] = id
    }
    return newest
  }

  #other(log: LogName, wanted: WantedEvents): LogHistory {
    const known = this.#others.get(log)
    if (known) return known
    const history = this.#read(log, wanted)
    this.#others.set(log, history)
    return history
  }

  /** @param goesOn whether further chunks are read, by how many were; @param isEnough whether further events are */
  #read(
    log: LogName,
    wanted: WantedEvents,
    goesOn?: (chunks: number) => boolean,
    isEnough?: (event: EventRecord) => boolean,
  ): LogHistory {
    const problems = new Problems()
    const history: LogHistory = { events: [], ids: [], writtenAt: [], problems, isComplete: true }
    const path = this.#pathOf(log, problems)
    if (path === undefined) return history
    let chunks = 0
    const options = {
      wanted,
      newestFirst: true,
      onRecord: (id: number, writtenAt: number | undefined): void => {
        history.ids.push(id)
        // a damaged time: about when the record beside it was written
        history.writtenAt.push(writtenAt ?? history.writtenAt.at(-1) ?? 0)
      },
      goesOn: (): boolean => (history.isComplete = goesOn?.(chunks++) ?? true),
    }
    const take = (reader: Reader | undefined): void => {
      if (!reader) return
      for (const event of readEvents(reader, problems, options)) {
        if (isEnough?.(event) || history.events.length >= MAX_EVENTS) {
          history.isComplete = false
          break
        }
        history.events.push(event)
      }
      reader.close()
    }
    take(this.#openLog(log, path, problems))
    if (history.isComplete) take(this.#openArchive(log, path, history.ids.at(-1)))
    history.events.reverse()
    history.ids.reverse()
    history.writtenAt.reverse()
    sortByRecord(history)
    return history
  }

  /** Where a log is; undefined where that is on another drive. */
  #pathOf(log: LogName, problems: Problems): string | undefined {
    const place = this.#placeOf(log)
    if (place && 'elsewhere' in place) {
      const message = `The ${log} log is kept at ${place.elsewhere}, on another drive, so its events are not known`
      problems.add('log-elsewhere', message, log)
      return undefined
    }
    return place?.path ?? `${LOGS}/${log}.evtx`
  }

  #openLog(log: LogName, path: string, problems: Problems): Reader | undefined {
    const reader = this.#open(path)
    if (!reader) {
      if (path === `${LOGS}/${log}.evtx`) this.#explainMissing(log, path, problems)
      else problems.add('log-missing', `The ${log} log is not where the machine’s settings say`, path)
    } else if (isFull(reader)) {
      const message = `The ${log} log is full and set to keep what it has, so nothing that happens now is in it`
      problems.add('log-full', message, path)
    }
    return reader
  }

  /**
   * The newest file into which Windows put a log that was full, to begin it anew (`AutoBackupLogFiles`): with it the history is as
   * long as that of a log that is written round. Ids go on from one file to the next (Microsoft Learn, event 1105).
   *
   * @param firstId of the records that the log itself has
   */
  #openArchive(log: LogName, path: string, firstId = Number.POSITIVE_INFINITY): Reader | undefined {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0))
    const start = `archive-${log}-`.toLowerCase()
    const archives = this.#names(folder).filter((name) => /\.evtx$/i.test(name) && name.toLowerCase().startsWith(start))
    const newest = archives.sort().at(-1)
    const reader = newest === undefined ? undefined : this.#open(`${folder}/${newest}`)
    const last = reader && newestRecordId(reader)
    if (last !== undefined && last < firstId) return reader
    reader?.close()
    return undefined
  }

  #explainMissing(log: string, path: string, problems: Problems): void {
    const oldPath = OLD_LOGS[log]
    const old = oldPath === undefined ? undefined : this.#open(oldPath)
    old?.close()
    if (old) problems.add('evtx-of-windows-xp', `The ${log} log is of Windows XP, which is not read`, old.name)
    else problems.add('log-missing', `There is no ${log} log, so its events are not known`, path)
  }
}

/** Where the kernel's word of a start is first, that of the event log service comes 1 to 3 records later in real logs. */
export const FOLLOWING_RECORDS = 10
/** The service of the event log starts so long after the kernel, on slow machines. */
export const SLOW_START_MS = 5 * 60_000

/** EventLog 6009, the first word of the event log service. */
function isLogStart({ provider, eventId }: EventRecord): boolean {
  return eventId === 6009 && provider.toLowerCase() === 'eventlog'
}

/**
 * Whether an event is the event log service's first word of the start whose kernel has spoken just before.
 *
 * @param other what may be the event log's word of that start too, before the kernel's: the nearer one is
 */
export function isLogOf(kernel: EventRecord, event: EventRecord, other: Pick<EventRecord, 'recordId'>): boolean {
  const records = event.recordId - kernel.recordId
  if (!isLogStart(event) || records > Math.min(FOLLOWING_RECORDS, kernel.recordId - other.recordId)) return false
  return Math.abs(timeOf(event) - timeOf(kernel)) <= SLOW_START_MS
}

/**
 * Whether an event before the kernel's word is one of those that Windows writes at a start, about it or about the end before
 * it. Where the kernel's word came first, the event log's is of another start.
 */
function isOfStart(event: EventRecord, kernel: EventRecord | undefined, logStart: EventRecord | undefined): boolean {
  const { provider, eventId } = event
  if (provider.toLowerCase() !== 'eventlog') return eventId === 13 && /kernel-general$/i.test(provider)
  const isKernelFirst = kernel !== undefined && logStart !== undefined && isLogOf(kernel, logStart, event)
  return !isKernelFirst && (eventId === 6005 || eventId === 6008 || eventId === 6009)
}

/** Puts what a half-written chunk gave out of order into the order of record ids; a log that is in order costs one look. */
function sortByRecord(history: LogHistory): void {
  const { ids, writtenAt } = history
  if (ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0))) return
  const times = new Map(ids.map((id, index) => [id, writtenAt[index] ?? 0]))
  history.ids = [...times.keys()].sort((a, b) => a - b)
  history.writtenAt = history.ids.map((id) => times.get(id) ?? 0)
  const events = new Map(history.events.map((event) => [event.recordId, event]))
  history.events = [...events.values()].sort((a, b) => a.recordId - b.recordId)
}
