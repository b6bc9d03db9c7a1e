import { utf16 } from '../text.ts'

/** Registry value types, winnt.h. */
export const REG = { sz: 1, expandSz: 2, binary: 3, dword: 4, dwordBigEndian: 5, multiSz: 7, qword: 11 } as const

export interface RegistryValue {
  name: string
  type: number
  data: Buffer
}

/**
 * A registry key, in a hive file or in the running Windows: the same sources read both. Names compare without case, as in
 * Windows; paths are separated by backslashes. Nothing here throws: what cannot be read is absent.
 */
export interface RegistryKey {
  readonly name: string
  /** When the key or one of its values last changed: FILETIME ticks. */
  readonly writtenAt?: bigint
  keys(): Iterable<RegistryKey>
  key(path: string): RegistryKey | undefined
  values(): Iterable<RegistryValue>
  value(name: string): RegistryValue | undefined
}

/** The text of REG_SZ, REG_EXPAND_SZ and the first line of REG_MULTI_SZ, trimmed; undefined if absent or empty. */
export function textValue(key: RegistryKey | undefined, name: string): string | undefined {
  const value = key?.value(name)
  if (!value) return undefined
  if (value.type !== REG.sz && value.type !== REG.expandSz && value.type !== REG.multiSz) return undefined
  return utf16(value.data, 0, value.data.length).trim() || undefined
}

/** A REG_DWORD or REG_QWORD; undefined if absent, of another type or beyond 2^53. */
export function numberValue(key: RegistryKey | undefined, name: string): number | undefined {
  const value = key?.value(name)
  if (!value) return undefined
  const { type, data } = value
  if (type === REG.dword && data.length >= 4) return data.readUInt32LE(0)
  if (type === REG.dwordBigEndian && data.length >= 4) return data.readUInt32BE(0)
  if (type !== REG.qword || data.length < 8) return undefined
  const wide = Number(data.readBigUInt64LE(0))
  return Number.isSafeInteger(wide) ? wide : undefined
}

/** The bytes of a value, whatever its type says. */
export function bytesValue(key: RegistryKey | undefined, name: string): Buffer | undefined {
  return key?.value(name)?.data
}

/** A FILETIME kept as eight bytes (REG_BINARY, REG_QWORD); undefined if shorter. */
export function filetimeValue(key: RegistryKey | undefined, name: string): bigint | undefined {
  const data = bytesValue(key, name)
  return data && data.length >= 8 ? data.readBigUInt64LE(0) : undefined
}
