import { compareVersions } from '@pumphandle/shared/versions'
import { filetimeToFact } from '../../formats/filetime.ts'
import { filetimeValue, numberValue, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { installedSensor } from './installed.ts'
import type { SensorProduct } from './product.ts'

const UPDATES = 'Microsoft\\Windows Defender\\Signature Updates'
/** Windows starts Defender by itself, until another antivirus registers. */
const ON_DEMAND = 3
const VERSION = /^\d+(\.\d+){1,3}$/

/**
 * Microsoft Defender. Signatures: SOFTWARE `Windows Defender\Signature Updates` (two sources), else the SYSTEM hive alone:
 * service WdBoot's `SignaturesVersion` = `"1.264 (0) (1.293.1707.0) (1.1.15900.4)\n"`: early-launch signatures, unknown,
 * signatures, engine (seen in three hives). Platform: the program that its service runs.
 */
export const defender: SensorProduct = {
  name: 'defender',
  services: ['WinDefend'],
  folders: [
    'ProgramData/Microsoft/Windows Defender/Definition Updates',
    'ProgramData/Microsoft/Windows Defender/Platform',
  ],
  keys: [`SOFTWARE\\${UPDATES}`],
  read: (volume) => {
    const { signatures, engine, updatedAt } = fromSoftware(volume) ?? fromSystem(volume) ?? {}
    const components = platform(volume)
    if (signatures) {
      components.push({ kind: 'content', name: 'defender', version: signatures, at: updatedAt ?? null })
    }
    if (engine) components.push({ kind: 'content', name: 'defender/engine', version: engine, at: null })
    return components
  },
}

interface Versions {
  signatures?: string | undefined
  engine?: string | undefined
  updatedAt?: string | undefined
}

function fromSoftware(volume: Volume): Versions | undefined {
  const key = volume.registry('SOFTWARE')?.key(UPDATES)
  const signatures = versionOf(textValue(key, 'AVSignatureVersion'))
  if (!signatures) return undefined
  const updated = filetimeValue(key, 'SignaturesLastUpdated')
  return {
    signatures,
    engine: versionOf(textValue(key, 'EngineVersion')),
    updatedAt: updated === undefined ? undefined : filetimeToFact(updated),
  }
}

function fromSystem(volume: Volume): Versions | undefined {
  const text = textValue(volume.controlSet()?.key('Services\\WdBoot'), 'SignaturesVersion')
  const [, signatures, engine] = text?.match(/\(([\d.]+)\)\s*\(([\d.]+)\)\s*$/) ?? []
  return versionOf(signatures) ? { signatures: versionOf(signatures), engine: versionOf(engine) } : undefined
}

/** `0.0.0.0` stands where nothing was downloaded yet. */
function versionOf(text: string | undefined): string | undefined {
  return text && VERSION.test(text) && !/^[0.]+$/.test(text) ? text : undefined
}

/**
 * The program that the service runs, from `…\Platform\4.18.24070.5-0\` or, without a platform update, from Program Files. A
 * disk without that file has the platform in the service's path, else none is told: every Windows has the service.
 */
function platform(volume: Volume): ComponentFact[] {
  const image = textValue(volume.controlSet()?.key('Services\\WinDefend'), 'ImagePath')
  const byPath = image?.match(/\\Platform\\(\d+(?:\.\d+){3})/i)?.[1]
  const found = installedSensor(volume, 'defender', {
    services: defender.services,
    stated: [() => byPath],
  }).filter(({ version }) => version !== 'unknown')
  return found.map((one) => {
    const state = one.detail?.['state'] ?? switchedTo(volume, one.version)
    if (state === undefined) return one
    const mode = state === 'passive' && blocksBesideAnother(volume) ? { mode: 'EDR in block mode' } : {}
    return { ...one, detail: { ...one.detail, state, ...mode } }
  })
}

/**
 * Policies and settings that turn it off or beside another product, where it only looks on: `DisableAntiSpyware` and
 * `DisableAntiVirus`, `PassiveMode` and `ForceDefenderPassiveMode` (Microsoft Learn, "Microsoft Defender Antivirus
 * compatibility"), `DisableRealtimeMonitoring`. The first two as policies are obeyed by older platforms and by servers alone.
 */
function switchedTo(volume: Volume, version: string): string | undefined {
  const software = volume.registry('SOFTWARE')
  const isSet = (value: string, ...paths: string[]): boolean =>
    paths.some((path) => (numberValue(software?.key(path), value) ?? 0) !== 0)
  const own = 'Microsoft\\Windows Defender'
  const policy = 'Policies\\Microsoft\\Windows Defender'
  const obeyed = ignoresPolicies(volume, version) ? [own] : [own, policy]
  if (isSet('DisableAntiSpyware', ...obeyed) || isSet('DisableAntiVirus', ...obeyed)) return 'switched off'
  if (isSet('PassiveMode', own)) return 'passive'
  if (numberValue(volume.controlSet()?.key('Services\\WinDefend'), 'Start') === ON_DEMAND) return 'stopped'
  if (isSet('ForceDefenderPassiveMode', 'Policies\\Microsoft\\Windows Advanced Threat Protection')) return 'passive'
  const realTime = [own, policy].map((path) => `${path}\\Real-Time Protection`)
  return isSet('DisableRealtimeMonitoring', ...realTime) ? 'real-time protection off' : undefined
}

/** Passive, but takes away what Defender for Endpoint finds: `PassiveRemediation` (Microsoft Learn, "EDR in block mode"). */
function blocksBesideAnother(volume: Volume): boolean {
  const software = volume.registry('SOFTWARE')
  return ['Policies\\Microsoft\\Windows Defender\\Features', 'Microsoft\\Windows Defender\\Features'].some(
    (path) => (numberValue(software?.key(path), 'PassiveRemediation') ?? 0) !== 0,
  )
}

/** From this platform on a client does not obey the policy (Microsoft Learn, "DisableAntiSpyware", August 2020). */
const IGNORES_POLICIES = '4.18.2007.8'
/** ProductType of a client; servers have ServerNT or LanmanNT. */
const CLIENT = /^WinNT$/i

function ignoresPolicies(volume: Volume, version: string): boolean {
  const type = textValue(volume.controlSet()?.key('Control\\ProductOptions'), 'ProductType')
  return CLIENT.test(type ?? '') && compareVersions(version, IGNORES_POLICIES) >= 0
}
