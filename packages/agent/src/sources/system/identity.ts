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

/** What of a computer's name fits into its NetBIOS name, which Windows keeps in `ComputerName`. */
const NETBIOS_CHARACTERS = 15

/**
 * The computer's name, else the one of the newest event. A longer one than NetBIOS takes is kept whole as the host's name of
 * TCP/IP, by which a running machine knows itself.
 */
function readComputerName(volume: Volume): string | null {
  const control = volume.controlSet()
  const name = textValue(control?.key('Control\\ComputerName\\ComputerName'), 'ComputerName')
  const tcpip = control?.key('Services\\Tcpip\\Parameters')
  const host = [textValue(tcpip, 'NV Hostname'), textValue(tcpip, 'Hostname')].find(
    (text) => name !== undefined && text?.slice(0, NETBIOS_CHARACTERS).toLowerCase() === name.toLowerCase(),
  )
  if (name) return host !== undefined && host.length > NETBIOS_CHARACTERS ? host : name
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
