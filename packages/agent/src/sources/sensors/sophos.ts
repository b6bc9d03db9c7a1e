import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, softwareNumber, softwareText, unixToIso } from './software.ts'

const ACKNOWLEDGED = 'Sophos\\EndpointDefense\\Acknowledged'

/** `2024071904` (yyyyMMddHH) as `2024-07-19T04:00Z`. */
function hourOf(text: string | undefined): string | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)$/.exec(text ?? '')
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:00:00.000Z` : undefined
}

/**
 * Sophos Intercept X and Endpoint: uninstall entry, and `VirusDataVersion` = yyyyMMddHH (one source). The older Sophos
 * Anti-Virus: MarketingVersion and the time of the last update (two sources). Its services are modules with numbers of their own.
 */
export const sophos: SensorProduct = {
  name: 'sophos',
  services: ['SntpService', 'Sophos Endpoint Defense Service', 'SAVService'],
  keys: [`SOFTWARE\\${ACKNOWLEDGED}`, 'SOFTWARE\\WOW6432Node\\Sophos\\SAVService\\Status'],
  read: (volume) => {
    const data =
      softwareText(volume, ACKNOWLEDGED, 'VirusDataVersion') ??
      softwareNumber(volume, ACKNOWLEDGED, 'VirusDataVersion')?.toString()
    const updatedAt = unixToIso(softwareNumber(volume, 'Sophos\\SAVService\\Status', 'LastUpdateTime'))
    const sensors = installedSensor(volume, 'sophos', {
      services: sophos.services,
      hasOwnNumbers: true,
      stated: [
        registered(volume, /^Sophos (Endpoint Agent|Intercept X|Home$)/i),
        () => softwareText(volume, 'Sophos\\SAVService\\Application', 'MarketingVersion'),
        () => softwareText(volume, 'Sophos\\SAVService\\Telemetry\\Install', 'Version'),
        registered(volume, /^Sophos Anti-Virus/i),
      ],
    })
    return [...sensors, ...content('sophos', data ?? updatedAt, hourOf(data) ?? updatedAt)]
  },
}
