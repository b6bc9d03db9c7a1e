import { timeOf } from '../../formats/evtx/event-fields.ts'
import { numberValue } from '../../formats/regf/registry.ts'
import { decodeFile } from '../../formats/text.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Source } from '../source.ts'
import { isEncrypted, isEscrowed } from './bitlocker.ts'

/** Whether the machine could be helped on a bad day; absent where nothing tells. */
export interface Readiness {
  recoveryEnvironment?: boolean
  bitlocker?: boolean
  /** That the recovery key is escrowed; the key itself is never read. */
  bitlockerKeyEscrowed?: boolean
  crashDumps?: boolean
  /** The agent's service starts in Safe Mode with Networking. */
  safeModeAgent?: boolean
}

const AGENT_SERVICE = 'pumphandle-agent'
const RECOVERY = 'Windows/System32/Recovery/ReAgent.xml'
/** ReAgent.xml has some 3 kB. */
const MAX_RECOVERY = 65_536
export const readinessSource: Source<Readiness> = {
  name: 'readiness',
  read: async (volume) => ({ facts: readReadiness(volume), problems: [] }),
}

function readReadiness(volume: Volume): Readiness {
  const facts: Readiness = {}
  const recovery = recoveryEnvironment(volume)
  if (recovery !== undefined) facts.recoveryEnvironment = recovery
  const control = volume.controlSet()?.key('Control')
  const dumps = numberValue(control?.key('CrashControl'), 'CrashDumpEnabled')
  if (cannotDump(volume)) facts.crashDumps = false
  else if (dumps !== undefined) facts.crashDumps = dumps !== 0
  const safeBoot = control?.key('SafeBoot\\Network')
  if (safeBoot) facts.safeModeAgent = safeBoot.key(AGENT_SERVICE) !== undefined
  const bitlocker = isEncrypted(volume)
  if (bitlocker !== undefined) facts.bitlocker = bitlocker
  const escrowed = bitlocker ? isEscrowed(volume) : undefined
  if (escrowed !== undefined) facts.bitlockerKeyEscrowed = escrowed
  return facts
}

/** `<InstallState state="1"/>` in the recovery agent's settings. */
function recoveryEnvironment(volume: Volume): boolean | undefined {
  const bytes = volume.bytes(RECOVERY, MAX_RECOVERY)
  if (!bytes) return undefined
  const state = /<InstallState\s+state="(\d+)"/i.exec(decodeFile(bytes))?.[1]
  return state === undefined ? undefined : state === '1'
}

/** Windows tells it while it starts, before or behind the kernel's word of that. */
const STARTING_MS = 60_000

/**
 * Whether the newest start said that no dump can be written, whatever the settings are: no page file on Windows' own drive
 * (volmgr 46; Microsoft Learn, "Event ID 46 when you start a computer") or no driver for it (45).
 */
function cannotDump(volume: Volume): boolean {
  const { events } = volume.history().system()
  const start = events.findLast(({ eventId, provider }) => eventId === 12 && /kernel-general$/i.test(provider))
  const last = events.findLast(({ provider }) => /^volmgr$/i.test(provider))
  return start !== undefined && last !== undefined && timeOf(last) >= timeOf(start) - STARTING_MS
}
