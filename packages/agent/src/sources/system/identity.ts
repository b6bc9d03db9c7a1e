import { bytesValue, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Source } from '../source.ts'

export interface Identity {
  computerName: string | null
  machineSid: string | null
}

/** Who a volume is: its computer name and the security identifier of its accounts. */
export const identitySource: Source<Identity> = {
  name: 'identity',
  read: async (volume) => ({
    facts: { computerName: readComputerName(volume), machineSid: readMachineSid(volume) },
    problems: [],
  }),
}

/** The computer name that took effect at the last start, else the one of the newest event. */
function readComputerName(volume: Volume): string | null {
  const names = volume.controlSet()?.key('Control\\ComputerName')
  const name = textValue(names?.key('ComputerName'), 'ComputerName')
  if (name) return name
  const event = volume.history().system().events.at(-1) ?? volume.history().application().events.at(-1)
  return event?.computer ? (event.computer.split('.')[0] ?? null) : null
}

/**
 * The last three parts of the machine's SID are the last 12 bytes of value V of HKLM\SAM\SAM\Domains\Account ([MS-SAMR]
 * keeps them nowhere else on disk). Only this key of SAM is read: no account and no password hash.
 */
function readMachineSid(volume: Volume): string | null {
  const bytes = bytesValue(volume.registry('SAM')?.key('SAM\\Domains\\Account'), 'V')
  if (!bytes || bytes.length < 12) return null
  const at = bytes.length - 12
  return `S-1-5-21-${bytes.readUInt32LE(at)}-${bytes.readUInt32LE(at + 4)}-${bytes.readUInt32LE(at + 8)}`
}
