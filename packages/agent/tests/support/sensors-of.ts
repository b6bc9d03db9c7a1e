import { readSensors } from '../../src/sources/sensors/sensors.ts'
import { Volume } from '../../src/volume/volume.ts'
import { keyAt, mergeKeys, type WrittenKey, writeHive } from './write-hive.ts'
import { type VolumeFiles, writeVolume } from './write-volume.ts'

type Values = NonNullable<WrittenKey['values']>

export const UNINSTALL = 'Microsoft\\Windows\\CurrentVersion\\Uninstall'
/** REG_EXPAND_SZ. */
export const expandable = (text: string) => ({ type: 2, bytes: Buffer.from(`${text}\0`, 'utf16le') })
/** REG_SZ as it is given, with or without its end. */
export const asGiven = (text: string) => ({ type: 1, bytes: Buffer.from(text, 'utf16le') })
/** REG_MULTI_SZ. */
export const manyLines = (text: string) => ({ type: 7, bytes: Buffer.from(`${text}\0\0`, 'utf16le') })
/** So many services as a whole Windows has. */
export const WHOLE_WINDOWS = Array.from({ length: 150 }, (_, n) => service(`svc${n}`, {}))
/** A service of the SYSTEM hive; automatic, unless it says otherwise. */
export function service(name: string, values: Values): WrittenKey {
  return keyAt(`ControlSet001\\Services\\${name}`, { values: { Type: 16, Start: 2, ...values } })
}
/** An entry of "Apps and features". */
export const uninstallEntry = (key: string, values: Values, view = ''): WrittenKey =>
  keyAt(`${view}${UNINSTALL}\\${key}`, { values })
/** The same, as most installers write it: under its own name. */
export const installed = (name: string, version: string, view = ''): WrittenKey =>
  uninstallEntry(`{${name}}`, { DisplayName: name, DisplayVersion: version }, view)
/** A registration with Security Center. */
export const registration = (n: number, values: Values): WrittenKey =>
  keyAt(`Microsoft\\Security Center\\Provider\\Av\\{${n}}`, { values })
/** A folder of programs: the disk is a whole one. */
export const PROGRAM_FILES = { 'Program Files/Common Files/a.txt': '' }

/** What a product leaves on a disk, and what it must be read as: `kind:name@version`. */
export interface SensorCase {
  product: string
  software?: WrittenKey[]
  system?: WrittenKey[]
  files?: VolumeFiles
  expected: string[]
}

/** What the agent tells of sensors and their content, `kind:name@version (state)`. */
export function sensors(software: WrittenKey[] = [], system: WrittenKey[] = [], files: VolumeFiles = {}): string[] {
  const dir = writeVolume({
    'Windows/System32/config/SOFTWARE': writeHive(mergeKeys(...software)),
    'Windows/System32/config/SYSTEM': writeHive(mergeKeys(keyAt('Select', { values: { Current: 1 } }), ...system)),
    ...files,
  })
  const volume = new Volume(dir)
  const found = readSensors(volume).map(
    ({ kind, name, version, detail }) =>
      `${kind}:${name}@${version}${detail?.['state'] ? ` (${detail['state']})` : ''}`,
  )
  volume.close()
  return found
}
