import { type RegistryKey, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import type { Source } from '../source.ts'

export interface FirmwareFacts {
  maker: string | null
  model: string | null
  component: ComponentFact | null
}

/**
 * Maker, model and BIOS as Windows copies them from the firmware at each start. A running Windows tells them in
 * HKLM\SYSTEM\CurrentControlSet\Control\SystemInformation, which is empty on disk (in all four hives seen); a disk in
 * HKLM\SYSTEM\HardwareConfig, under the identifier of the hardware that it last ran on (Windows 8 and later).
 */
export const firmwareSource: Source<FirmwareFacts> = {
  name: 'firmware',
  read: async (volume) => ({ facts: readFirmware(volume), problems: [] }),
}

function readFirmware(volume: Volume): FirmwareFacts {
  const key = systemInformation(volume) ?? lastHardware(volume)
  const version = textValue(key, 'BIOSVersion')
  const date = textValue(key, 'BIOSReleaseDate')
  const maker = textValue(key, 'SystemManufacturer') ?? null
  const model = textValue(key, 'SystemProductName') ?? null
  const detail: Record<string, string> = {}
  if (date) detail['date'] = date
  if (maker) detail['maker'] = maker
  if (model) detail['model'] = model
  const component: ComponentFact | null = version ? { kind: 'firmware', name: 'bios', version, at: null, detail } : null
  return { maker, model, component }
}

function systemInformation(volume: Volume): RegistryKey | undefined {
  const key = volume.controlSet()?.key('Control\\SystemInformation')
  return textValue(key, 'SystemManufacturer') === undefined ? undefined : key
}

function lastHardware(volume: Volume): RegistryKey | undefined {
  const hardware = volume.registry('SYSTEM')?.key('HardwareConfig')
  const last = textValue(hardware, 'LastConfig')
  return last === undefined ? undefined : hardware?.key(last)
}
