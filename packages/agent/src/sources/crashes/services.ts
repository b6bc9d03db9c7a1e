import { productOfDriver, productOfService } from '@pumphandle/shared/words/products'
import type { EventRecord } from '../../formats/evtx/event.ts'
import { textValue } from '../../formats/regf/registry.ts'
import { decodeUtf16 } from '../../formats/text.ts'
import type { Volume } from '../../volume/volume.ts'
import { trueTimeOf } from '../boots/true-time.ts'
import { isInbox } from '../microsoft.ts'
import { isProductAtRest } from '../sensors/sensors.ts'
import type { Since, Source } from '../source.ts'
import { readServices } from '../system/services.ts'
import type { Crash } from './crash.ts'
import { countBySignature, type SingleCrash } from './signature.ts'

/** A service or driver of no security product that stopped by itself or did not start: what happened, and no failure. */
export interface ServiceFailure {
  id: string
  /** The first time that day, ISO 8601. */
  at: string
  /** The name of its key, else the one that people see. */
  service: string
  count: number
}

export interface ServiceFacts {
  /** Services and drivers of security products. */
  crashes: Crash[]
  failures: ServiceFailure[]
}

/** Which field of a Service Control Manager event names the service, counting from 0. */
const NAME_FIELD: Partial<Record<number, number>> = {
  7000: 0,
  7001: 0,
  7009: 1,
  7022: 0,
  7023: 0,
  7024: 0,
  7031: 0,
  7034: 0,
}
const DRIVERS_NOT_LOADED = 7026
/** Windows starts some services once per session and puts a session's number behind their name. */
const SESSION_SUFFIX = /_(?:Session\d+|[0-9a-f]{4,8})$/i
const TWIN_MS = 10_000
/** `%%1053` stands for a system error number. */
const ERROR_NUMBER = /^%%(\d{1,10})$/

/** Of each service one a day: one that fails in a loop says no more by it. */
const DAY = 'YYYY-MM-DD'.length
/** A driver that is not loaded is not loaded at each start: one a month. */
const MONTH = 'YYYY-MM'.length
/** A machine whose services fail all day long tells of the newest. */
const MAX_FAILURES = 200

/**
 * Services that stopped by themselves (7031, 7034), ended with an error (7023, 7024), did not start (7000, 7009; 7001 where what
 * they depend on did not) or hung at it (7022), and drivers that did not load at start (7026). What belongs to a security product is a crash, unless that is switched off or was removed: its drivers are not loaded then, and Windows finds no file to start. Of the others Windows tells all the time, of its own drivers that
 * have nothing to do on this machine at each start: those are left out, and the rest is what the machine's timeline has.
 */
export const servicesSource: Source<ServiceFacts> = {
  name: 'services',
  read: async (volume, since) => ({ facts: readServiceFailures(volume, since), problems: [] }),
}

function readServiceFailures(volume: Volume, since: Since): ServiceFacts {
  const singles = volume
    .history()
    .system()
    .events.filter(
      (event) => /^service control manager$/i.test(event.provider) && trueTimeOf(volume).of(event) >= (since.at ?? 0),
    )
    .flatMap((event) => toCrashes(event, volume))
    .filter(({ exceptionCode }) => exceptionCode === undefined || !NO_FAILURE.has(exceptionCode))
  const crashes: SingleCrash[] = []
  const failures = new Map<string, ServiceFailure>()
  for (const single of withoutTimeoutTwins(singles)) {
    const name = single.process ?? ''
    const isDriver = single.sources[0] === `log-${DRIVERS_NOT_LOADED}`
    const product = isDriver ? productOfDriver(`${name}.sys`) : productOfService(name)
    const isIdle = isDriver && OLD_SIGNATURES.test(name)
    const isAtRest = product && isMissing(single, isDriver) && (isIdle || isProductAtRest(volume, product.id))
    if (product && !isAtRest) crashes.push(single)
    else if (!isIdleDriver(single, name, isDriver)) addFailure(failures, single, name, isDriver)
  }
  return { crashes: countBySignature(crashes), failures: [...failures.values()].slice(-MAX_FAILURES) }
}

/** ERROR_SERVICE_DISABLED and ERROR_SHUTDOWN_IN_PROGRESS: switched off by somebody, or Windows goes down. */
const NO_FAILURE = new Set(['0x422', '0x45b'])
/** ERROR_NOT_SUPPORTED: what this edition or this machine has no use for. */
const NOT_SUPPORTED = '0x32'

/** Windows' own drivers that were not loaded, or did not start since the machine does not support them. */
function isIdleDriver({ exceptionCode }: SingleCrash, name: string, isNotLoaded: boolean): boolean {
  return (isNotLoaded || exceptionCode === NOT_SUPPORTED) && (isInbox(`${name}.sys`) || OLD_SIGNATURES.test(name))
}

/** The driver that each update of Defender's signatures brings; its entry outlives its file by a start. */
const OLD_SIGNATURES = /^mpksl[0-9a-f]+$/i

/** ERROR_FILE_NOT_FOUND and ERROR_PATH_NOT_FOUND. */
const NOT_FOUND = new Set(['0x2', '0x3'])

/** What a product that is at rest, or was removed, has in the registry is tried at each start all the same. */
function isMissing({ exceptionCode }: SingleCrash, isNotLoaded: boolean): boolean {
  return isNotLoaded || (exceptionCode !== undefined && NOT_FOUND.has(exceptionCode))
}

function addFailure(
  failures: Map<string, ServiceFailure>,
  { at }: SingleCrash,
  service: string,
  isDriver: boolean,
): void {
  const id = `service-failure:${at.slice(0, isDriver ? MONTH : DAY)}:${service.toLowerCase()}`
  const known = failures.get(id)
  if (known) known.count++
  else failures.set(id, { id, at, service, count: 1 })
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

function toCrashes(event: EventRecord, volume: Volume): SingleCrash[] {
  const texts = event.data.map(([, value]) => value)
  const at = new Date(trueTimeOf(volume).of(event)).toISOString()
  if (event.eventId === DRIVERS_NOT_LOADED) {
    const names = texts.flatMap((text) => text.split(/\s+/)).filter((name) => /^[\w.$-]{2,64}$/.test(name))
    return [...new Set(names)].map((name) => single(event, at, name, undefined))
  }
  const field = NAME_FIELD[event.eventId]
  const title = field === undefined ? undefined : texts[field]?.trim()
  const key = title === undefined ? undefined : (keyName(event) ?? keyOfTitle(volume, title))
  const name = (key ?? title)?.replace(SESSION_SUFFIX, '')
  if (!name) return []
  const error = texts.map((text) => ERROR_NUMBER.exec(text)?.[1]).find((number) => number !== undefined)
  return [single(event, at, name, error)]
}

/** Windows 8 and later put the name of the service's key behind the texts, which hold its name in Windows' language. */
function keyName({ binary = '' }: EventRecord): string | undefined {
  const bytes = Buffer.from(binary, 'hex')
  const name = decodeUtf16(bytes, 0, bytes.length).replace(/[\0/].*$/s, '')
  return /^[\w .$-]{2,80}$/.test(name) ? name : undefined
}

/** Windows 7 and Server 2008 R2 tell only what people call a service: security products' are looked up in the registry. */
function keyOfTitle(volume: Volume, title: string): string | undefined {
  const keys = volume.once('titles of security services', () => {
    const services = volume.controlSet()?.key('Services')
    const known = readServices(volume).filter(({ name }) => productOfService(name))
    return new Map(known.map(({ name }) => [textValue(services?.key(name), 'DisplayName')?.toLowerCase(), name]))
  })
  return keys.get(title.toLowerCase())
}

function single({ eventId }: EventRecord, at: string, service: string, error: string | undefined): SingleCrash {
  return {
    at,
    atPrecision: 'exact',
    kind: 'service',
    stopCode: null,
    parameters: [],
    process: service,
    module: null,
    culprit: null,
    dump: null,
    ...(error ? { exceptionCode: `0x${BigInt(error).toString(16)}` } : {}),
    sources: [`log-${eventId}`],
  }
}
