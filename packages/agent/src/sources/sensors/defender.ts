import { filetimeToFact } from '../../formats/filetime.ts'
import { filetimeValue, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import type { SensorProduct } from './product.ts'

const UPDATES = 'Microsoft\\Windows Defender\\Signature Updates'
const VERSION = /^\d+(\.\d+){1,3}$/

/**
 * Microsoft Defender. Signatures: SOFTWARE `Windows Defender\Signature Updates` (two sources), else the SYSTEM hive alone:
 * service WdBoot's `SignaturesVersion` = `"1.264 (0) (1.293.1707.0) (1.1.15900.4)\n"`: early-launch signatures, unknown,
 * signatures, engine (seen in three hives). Platform: the folder it runs from.
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
    const platform = platformVersion(volume)
    const components: ComponentFact[] = []
    if (platform) components.push({ kind: 'sensor', name: 'defender', version: platform, at: null })
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

/** `…\Platform\4.18.24070.5-0\`: the service runs from the newest. */
function platformVersion(volume: Volume): string | undefined {
  const image = textValue(volume.controlSet()?.key('Services\\WinDefend'), 'ImagePath')
  return image?.match(/\\Platform\\(\d+(?:\.\d+){3})/i)?.[1]
}
