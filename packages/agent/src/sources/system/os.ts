import { fieldOf } from '../../formats/evtx/event-fields.ts'
import { readFileVersion } from '../../formats/pe/version.ts'
import { numberValue, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import type { Reading, Source } from '../source.ts'

export interface OsFacts {
  /** For example `Windows 10 Pro 22H2`. */
  name: string | null
  /** Build and revision, e.g. `19045.4651`. */
  version: string | null
  /** Where the version was read: the registry, the kernel's file, or the newest boot in the log. */
  from: 'registry' | 'event-log' | 'kernel-file' | null
  component: ComponentFact | null
}

/** HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion still says "Windows 10" on Windows 11, which begins with this build. */
const FIRST_WINDOWS_11 = 22_000
/** A build that no client has. */
const SERVER_2022 = 20_348

/**
 * Windows' build and revision: from the SOFTWARE hive (CurrentBuildNumber and UBR), else from what the kernel logged at its
 * newest start (Kernel-General 12), else from the kernel's file, whose revision lags behind on some updates.
 */
export const osSource: Source<OsFacts> = {
  name: 'os',
  read: async (volume) => readOs(volume),
}

function readOs(volume: Volume): Reading<OsFacts> {
  const facts = fromRegistry(volume) ?? fromLog(volume) ?? fromKernelFile(volume)
  const problems = facts.version
    ? []
    : [{ code: 'os-unknown', message: 'Neither registry, log nor kernel file tells the build', where: 'Windows' }]
  return { facts, problems }
}

function fromRegistry(volume: Volume): OsFacts | undefined {
  const key = volume.registry('SOFTWARE')?.key('Microsoft\\Windows NT\\CurrentVersion')
  const build = textValue(key, 'CurrentBuildNumber') ?? textValue(key, 'CurrentBuild')
  if (!build) return undefined
  // Windows 7 has no UBR; the revision there is in BuildLabEx, e.g. 7601.24214.amd64fre.win7sp1_ldr.
  const revision = numberValue(key, 'UBR') ?? textValue(key, 'BuildLabEx')?.split('.')[1]
  const version = revision === undefined ? build : `${build}.${revision}`
  const product = textValue(key, 'ProductName')
  const release = textValue(key, 'DisplayVersion') ?? textValue(key, 'ReleaseId') ?? textValue(key, 'CSDVersion')
  const is11 = Number(build) >= FIRST_WINDOWS_11
  const name = [is11 ? product?.replace('Windows 10', 'Windows 11') : product, release].filter(Boolean).join(' ')
  return facts(name || null, version, 'registry')
}

function fromLog(volume: Volume): OsFacts | undefined {
  const start = volume
    .history()
    .system()
    .events.findLast((event) => event.eventId === 12 && /kernel-general$/i.test(event.provider))
  const build = start && fieldOf(start, 'BuildVersion')
  if (!build) return undefined
  return facts(productName(Number(build)), `${build}.${fieldOf(start, 'QfeVersion') ?? '0'}`, 'event-log')
}

function fromKernelFile(volume: Volume): OsFacts {
  const reader = volume.open('Windows/System32/ntoskrnl.exe')
  const version = reader && readFileVersion(reader)?.version.split('.').slice(2).join('.')
  reader?.close()
  if (!version) return { name: null, version: null, from: null, component: null }
  return facts(productName(Number.parseInt(version, 10)), version, 'kernel-file')
}

function facts(name: string | null, version: string, from: NonNullable<OsFacts['from']>): OsFacts {
  const component: ComponentFact = { kind: 'os', name: 'windows', version, at: null }
  if (name) component.detail = { product: name }
  return { name, version, from, component }
}

/** The family by build number; most servers share their builds with a client, so only the registry tells more. */
function productName(build: number): string | null {
  if (build === SERVER_2022) return 'Windows Server 2022'
  if (build >= FIRST_WINDOWS_11) return 'Windows 11'
  if (build >= 10_240) return 'Windows 10'
  if (build >= 9_600) return 'Windows 8.1'
  if (build >= 9_200) return 'Windows 8'
  return build >= 7_600 ? 'Windows 7' : null
}
