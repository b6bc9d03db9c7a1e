import type { EventRecord } from '../../formats/evtx/event.ts'
import { timeOf } from '../../formats/evtx/event-fields.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Reading, Since, Source } from '../source.ts'
import type { Crash } from './crash.ts'
import { countBySignature, type SingleCrash } from './signature.ts'

/** Which field of a Service Control Manager event names the service, counting from 0. */
const NAME_FIELD: Partial<Record<number, number>> = { 7000: 0, 7009: 1, 7031: 0, 7034: 0 }
const DRIVERS_NOT_LOADED = 7026
/** Windows starts some services once per session and puts a session's number behind their name. */
const SESSION_SUFFIX = /_(?:Session\d+|[0-9a-f]{4,8})$/i
const TWIN_MS = 10_000
/** `%%1053` stands for a system error number. */
const ERROR_NUMBER = /^%%(\d{1,10})$/

/**
 * Services that stopped by themselves (7031, 7034), did not start (7000, 7009), and drivers that did not load at start
 * (7026, one crash for each).
 */
export const servicesSource: Source<Crash[]> = {
  name: 'services',
  read: async (volume, since) => readServiceCrashes(volume, since),
}

function readServiceCrashes(volume: Volume, since: Since): Reading<Crash[]> {
  const singles = volume
    .history()
    .system()
    .events.filter((event) => /^service control manager$/i.test(event.provider) && timeOf(event) >= (since.at ?? 0))
    .flatMap(toCrashes)
  return { facts: countBySignature(withoutTimeoutTwins(singles)), problems: [] }
}

/**
 * A service that did not answer in time is told twice: 7009 for the time, 7000 for the failed start. Failed starts are
 * looked up by service and time: one that fails in a loop for a month fills the log with them.
 */
function withoutTimeoutTwins(singles: readonly SingleCrash[]): SingleCrash[] {
  const slotOf = ({ at }: SingleCrash): number => Math.floor(Date.parse(at) / TWIN_MS)
  const starts = new Map<string, SingleCrash>()
  for (const start of singles) {
    if (start.sources[0] === 'log-7000') starts.set(`${start.process} ${slotOf(start)}`, start)
  }
  return singles.filter((timeout) => {
    if (timeout.sources[0] !== 'log-7009') return true
    const twin = [0, 1, -1]
      .map((shift) => starts.get(`${timeout.process} ${slotOf(timeout) + shift}`))
      .find((start) => start && Math.abs(Date.parse(start.at) - Date.parse(timeout.at)) <= TWIN_MS)
    if (twin && !twin.sources.includes('log-7009')) twin.sources.push('log-7009')
    return twin === undefined
  })
}

function toCrashes(event: EventRecord): SingleCrash[] {
  const texts = event.data.map(([, value]) => value)
  if (event.eventId === DRIVERS_NOT_LOADED) {
    const names = texts.flatMap((text) => text.split(/\s+/)).filter((name) => /^[\w.$-]{2,64}$/.test(name))
    return [...new Set(names)].map((name) => single(event, name, undefined))
  }
  const field = NAME_FIELD[event.eventId]
  const name = field === undefined ? undefined : texts[field]?.trim().replace(SESSION_SUFFIX, '')
  if (!name) return []
  const error = texts.map((text) => ERROR_NUMBER.exec(text)?.[1]).find((number) => number !== undefined)
  return [single(event, name, error)]
}

function single(event: EventRecord, service: string, error: string | undefined): SingleCrash {
  return {
    at: new Date(timeOf(event)).toISOString(),
    atPrecision: 'exact',
    kind: 'service',
    stopCode: null,
    parameters: [],
    process: service,
    module: null,
    culprit: null,
    dump: null,
    ...(error ? { exceptionCode: `0x${BigInt(error).toString(16)}` } : {}),
    sources: [`log-${event.eventId}`],
  }
}
