import { fieldOf, timeOf } from '../../formats/evtx/event-fields.ts'
import { numberValue } from '../../formats/regf/registry.ts'
import { decodeUtf16 } from '../../formats/text.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Source } from '../source.ts'

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
/** BitLocker-API 845: the recovery key was backed up to Entra ID. */
const ESCROWED_EVENT = 845

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
  const text = bytes[0] === 0xff ? decodeUtf16(bytes, 0, bytes.length) : bytes.toString('utf8')
  const state = /<InstallState\s+state="(\d+)"/i.exec(text)?.[1]
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

/**
 * BitLocker on the system drive: the boot loader passes `FVEBOOT=…` to the kernel when it unlocked the drive
 * (Kernel-Boot 27, LoadOptions; empty where fast start-up resumed it), else the status that BitLocker's driver keeps (`BitLockerStatus\BootStatus`, one source).
 */
function isEncrypted(volume: Volume): boolean | undefined {
  const options = volume
    .history()
    .system()
    .events.filter(({ eventId, provider }) => eventId === 27 && /kernel-boot$/i.test(provider))
    .map((start) => fieldOf(start, 'LoadOptions')?.trim())
    .findLast((text) => text !== undefined && text !== '')
  if (options) return /\bFVEBOOT=/i.test(options)
  const status = numberValue(volume.controlSet()?.key('Control\\BitLockerStatus'), 'BootStatus')
  return status === undefined ? undefined : status !== 0
}

/**
 * Backed up to Entra ID (event 845), or to Active Directory where policy makes that a condition of encrypting at all
 * (`OSRequireActiveDirectoryBackup`). Otherwise unknown: absence of proof is not proof.
 */
function isEscrowed(volume: Volume): boolean | undefined {
  if (
    volume
      .history()
      .bitlocker()
      .events.some(({ eventId }) => eventId === ESCROWED_EVENT)
  )
    return true
  const policy = volume.registry('SOFTWARE')?.key('Policies\\Microsoft\\FVE')
  const isRequired = numberValue(policy, 'OSRequireActiveDirectoryBackup') === 1
  return isRequired && numberValue(policy, 'OSActiveDirectoryBackup') === 1 ? true : undefined
}
