import { createHash } from 'node:crypto'
import { type RegistryKey, textValue } from '../formats/regf/registry.ts'

/** What makers of boards leave in the field that they should have filled, in lower case without braces. */
const PLACEHOLDERS = /^(0{8}|f{8}|03000200-0400-0500-0006-000700080009|12345678-1234-5678-90ab-cddeefaabbcc)/

/**
 * Which computer this Windows runs on, as a SHA-256 from which nothing can be read back: the installation's GUID together with
 * the board's (SMBIOS UUID, which Windows keeps in `HardwareConfig\LastConfig`), since computers of one image share the
 * first. A reinstalled agent is recognised by it; a disk that was copied to another computer is not taken for the first.
 *
 * @param software root of HKLM\SOFTWARE
 * @param system root of HKLM\SYSTEM
 */
export function fingerprintOf(software: RegistryKey | undefined, system: RegistryKey | undefined): string | undefined {
  const guid = textValue(software?.key('Microsoft\\Cryptography'), 'MachineGuid')?.toLowerCase()
  if (!guid) return undefined
  const stored = textValue(system?.key('HardwareConfig'), 'LastConfig')
  const board = stored?.toLowerCase().replace(/[{}\s]/g, '') ?? ''
  const isBoard = /^[0-9a-f-]{36}$/.test(board) && !PLACEHOLDERS.test(board)
  return createHash('sha256')
    .update(`pumphandle:${guid}${isBoard ? `:${board}` : ''}`)
    .digest('hex')
}
