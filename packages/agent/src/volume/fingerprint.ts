import { createHash } from 'node:crypto'
import { type RegistryKey, textValue } from '../formats/regf/registry.ts'

/** What tells one computer from another, as SHA-256 from which nothing can be read back. */
export interface ComputerMarks {
  /** Of Windows' own GUID: the same after a reinstallation of the agent, and on all computers of one image. */
  fingerprint?: string
  /** Of the board's UUID: another one on another computer, also where its disk was copied. */
  hardware?: string
  /** Of the system volume's serial number: another one after it was formatted. Told by a running Windows alone. */
  volume?: string
}

/**
 * What makers of boards leave in the field that they should have filled, in lower case without braces: counted digits in either
 * order of bytes, one byte sixteen times, and Dell's form of a service tag that is blank.
 */
const PLACEHOLDERS =
  /^(0{8}|f{8}|(..)\2{3}-(\2\2-){3}\2{6}$|03000200-0400-0500-0006-000700080009|00020003-0004-0005-0006-000700080009|12345678-1234-5678-90ab-cddeefaabbcc|4c4c4544-0000-2010-8020-80c04f202020)/

/**
 * Which computer a registry is of: `Cryptography\MachineGuid`, and the board's SMBIOS UUID, which Windows keeps in
 * `HardwareConfig\LastConfig` at each start (Windows 8 and later).
 *
 * @param software root of HKLM\SOFTWARE
 * @param system root of HKLM\SYSTEM
 */
export function computerMarks(software: RegistryKey | undefined, system: RegistryKey | undefined): ComputerMarks {
  const guid = textValue(software?.key('Microsoft\\Cryptography'), 'MachineGuid')?.toLowerCase()
  const stored = textValue(system?.key('HardwareConfig'), 'LastConfig')
  const board = stored?.toLowerCase().replace(/[{}\s]/g, '') ?? ''
  const isBoard = /^[0-9a-f-]{36}$/.test(board) && !PLACEHOLDERS.test(board)
  return { ...(guid && { fingerprint: hash(guid) }), ...(isBoard && { hardware: hash(`board:${board}`) }) }
}

/** @param serial as Windows tells it */
export function volumeMark(serial: string): string {
  return hash(`volume:${serial}`)
}

function hash(text: string): string {
  return createHash('sha256').update(`pumphandle:${text}`).digest('hex')
}
