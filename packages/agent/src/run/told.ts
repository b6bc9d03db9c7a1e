import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent, EventOf } from '@pumphandle/shared/wire'
import { replaceFile } from '../config/private-file.ts'
import type { LogPlaces } from '../volume/volume.ts'

/**
 * What was told before Windows' log had it. The log may get this boot only seconds after hello named it by the computer's
 * uptime, and then has its own id for it; a boot must keep the one under which the collector knows it, also when the agent
 * is restarted, and for as long as the log holds it.
 */
export interface Told {
  /** This boot by the uptime, where hello had to do with that. */
  boot?: ToldBoot
  /** Bugchecks told from their dumps alone: what makes each one, and its id. */
  crashes?: Record<string, string>
  /** How often the agent was started on this disk: a number that goes back tells of a disk that was set back. */
  runs?: number
  /** Something on the way ends TLS: the proof is over a nonce. */
  isByNonce?: boolean
  /** Logs that an administrator moved: the first second does not ask the registry. */
  logs?: LogPlaces
  /** Ids that the log leads to, and the ones that the collector knows instead; oldest first. */
  names: Record<string, string>
}

/** A boot that hello named by the computer's uptime. */
interface ToldBoot {
  id: string
  startedAt: number
  /** How long the computer ran when it was told: a shorter uptime later is another boot, whatever the clock says. */
  uptimeMs?: number
  /** The newest record of the System log then: this boot's own come after it. */
  newestRecord?: number
}

const FILE = 'told.json'
/** A log of 20 MB holds some hundred boots; few of them began with a late log. */
const MAX_NAMES = 100
/** Uptime counts from a little after the kernel logs its start, and the clock may be set meanwhile. */
const SAME_START_MS = 120_000
/** Two readings of one uptime differ by the clock's being set right in between. */
const SAME_UPTIME_MS = 10_000

/**
 * What this folder's agent told before; nothing where the file is missing or damaged, or there is no folder.
 *
 * @param startedAt when this computer started, by its uptime: a boot told of before is forgotten where it was another one
 * @param now by the same clock
 */
export function toldBefore(folder: string | undefined, startedAt: number, now: number): Told {
  if (folder === undefined) return { names: {} }
  try {
    const { boot, ...stored } = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Told
    const told = { ...stored, runs: (stored.runs ?? 0) + 1 }
    const isSame =
      boot !== undefined &&
      Math.abs(boot.startedAt - startedAt) <= SAME_UPTIME_MS &&
      now - startedAt >= (boot.uptimeMs ?? 0)
    return isSame ? { ...told, boot } : told
  } catch {
    // a first start, or a file that was lost: what comes counts from here, and is told of from the next start on
    return { names: {} }
  }
}

/** On return it is on the disk. @throws where the folder cannot be written */
export function writeTold(folder: string, told: Told): void {
  const names = Object.fromEntries(Object.entries(told.names).slice(-MAX_NAMES))
  replaceFile(join(folder, FILE), JSON.stringify({ ...told, names }))
}

/** With what a first second without a log said. */
export function tell(told: Told, boot: NonNullable<Told['boot']>, crashes: readonly EventOf<'crash'>[]): Told {
  const byDump = Object.fromEntries(crashes.map((crash) => [signature(crash), crash.id]))
  return { ...told, boot, crashes: byDump }
}

/** With the names of what the log has got since; the same object where it has nothing new. */
export function learn(told: Told, events: readonly AgentEvent[]): Told {
  const found: Record<string, string> = {}
  const { boot, crashes = {} } = told
  if (boot && !Object.values(told.names).includes(boot.id)) {
    const isIt = (event: AgentEvent): event is EventOf<'boot'> =>
      event.type === 'boot' && event.start !== 'fast-startup' && isStartOf(event, boot)
    const logged = events.findLast(isIt)
    if (logged && logged.bootId !== boot.id) found[logged.bootId] = boot.id
  }
  for (const event of events) {
    const id = event.type === 'crash' ? crashes[signature(event)] : undefined
    if (id !== undefined && id !== event.id && told.names[event.id] === undefined) found[event.id] = id
  }
  return Object.keys(found).length === 0 ? told : { ...told, names: { ...told.names, ...found } }
}

/**
 * Whether a logged boot is the one that was told. A clock that was set since moves the start, but the boot's id keeps the
 * time that the kernel logged, and its first record where that time was there before.
 */
function isStartOf(event: EventOf<'boot'>, boot: ToldBoot): boolean {
  if (Math.abs(event.at - boot.startedAt) <= SAME_START_MS) return true
  const [, time = '', record] = /^(.*?Z)(?::(\d+))?$/.exec(event.bootId) ?? []
  if (!(Math.abs(Date.parse(time) - boot.startedAt) <= SAME_START_MS)) return false
  const { newestRecord = 0 } = boot
  return record === undefined ? newestRecord === 0 : Number(record) > newestRecord
}

/** The event under the ids that the collector knows. */
export function asTold<T extends AgentEvent>({ names }: Told, event: T): T {
  if (event.type === 'boot') {
    const bootId = names[event.bootId]
    return bootId === undefined ? event : { ...event, id: `boot:${bootId}`, bootId }
  }
  if (event.type !== 'crash') return event
  const id = names[event.id]
  const bootId = event.bootId && names[event.bootId]
  return { ...event, ...(id && { id }), ...(bootId && { bootId }) }
}

/** A dump and the log agree on these; the parameters hold addresses, which differ with each start. */
function signature({ at, stopCode, parameters }: EventOf<'crash'>): string {
  return JSON.stringify([at, stopCode, parameters])
}
