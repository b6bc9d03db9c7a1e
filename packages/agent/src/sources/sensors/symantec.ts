import type { Volume } from '../../volume/volume.ts'
import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, softwareNumber, softwareText } from './software.ts'

const CURRENT = 'Symantec\\Symantec Endpoint Protection\\CurrentVersion'
const STATE = `${CURRENT}\\public-opstate`
const DEFINITIONS = 'ProgramData/Symantec/Symantec Endpoint Protection/CurrentVersion/Data/Definitions/SDSDefs'
/** A line and a version; anything longer is not this file. */
const MAX_INFO = 4_096

/**
 * Symantec Endpoint Protection (two sources): product version, and the definitions' date with its revision of the day,
 * `2024-07-19 r3`; else `CurDefs=20240719.003` in definfo.dat. Its service is a module with a number of its
 * own.
 */
export const symantec: SensorProduct = {
  name: 'symantec',
  services: ['SepMasterService', 'SepScanService'],
  folders: [DEFINITIONS],
  keys: [`SOFTWARE\\${STATE}`],
  read: (volume) => {
    const version = definitions(volume)
    const day = version?.slice(0, 10)
    return [
      ...installedSensor(volume, 'symantec', {
        services: symantec.services,
        hasOwnNumbers: true,
        stated: [
          () => softwareText(volume, CURRENT, 'PRODUCTVERSION'),
          registered(volume, /^Symantec (Endpoint (Protection|Security)|Agent$)/i),
        ],
      }),
      ...content('symantec', version, day ? `${day}T00:00:00.000Z` : undefined),
    ]
  },
}

function definitions(volume: Volume): string | undefined {
  const date = softwareText(volume, STATE, 'LatestVirusDefsDate')
  if (date && /^\d{4}-\d\d-\d\d$/.test(date)) {
    const revision = softwareNumber(volume, STATE, 'LatestVirusDefsRevision')
    return revision === undefined ? date : `${date} r${revision}`
  }
  const info = volume.bytes(`${DEFINITIONS}/definfo.dat`, MAX_INFO)?.toString('latin1')
  const parts = /CurDefs=(\d{4})(\d\d)(\d\d)\.(\d+)/i.exec(info ?? '')
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]} r${Number(parts[4])}` : undefined
}
