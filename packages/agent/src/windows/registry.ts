import { REG, type RegistryKey, type RegistryValue } from '../formats/regf/registry.ts'
import type { Koffi } from './koffi.ts'

/** HKEY_LOCAL_MACHINE, read in the 64-bit view. Keys are paths such as `SOFTWARE\Microsoft`. */
export interface Registry {
  /** The value, or undefined where key or value is missing or may not be read. */
  read(key: string, name: string): RegistryValue | undefined
  exists(key: string): boolean
  /** Names of a key's subkeys; empty where it is missing. */
  keys(key: string): string[]
  /** Names of a key's values; empty where it is missing. */
  values(key: string): string[]
  /** Sets a string, making the key where it is missing. @throws with Windows' error number. */
  writeString(key: string, name: string, value: string): void
  /** Sets a list of strings, as `writeString` does. */
  writeStrings(key: string, name: string, values: readonly string[]): void
  /** Deletes a value; a missing one is fine. */
  deleteValue(key: string, name: string): void
  /** Deletes a key and all below it; a missing one is fine. */
  deleteKey(key: string): void
}

// winreg.h
export const HKEY_LOCAL_MACHINE = -2147483646
const KEY_READ_64 = 0x20019 | 0x100
const KEY_WRITE_64 = 0x20006 | 0x100
const ERROR_MORE_DATA = 234
/** A key's name has at most 255 characters, a value's 16,383 (Microsoft, "Registry element size limits"). */
const NAME_CHARS = 16_384
/** Values above this are blobs that no fact of ours comes from. */
const MAX_VALUE_BYTES = 1024 * 1024

/** Opens the live registry through advapi32. One read takes 50 to 160 µs; reg.exe takes 400 ms. */
export function openRegistry(koffi: Koffi): Registry {
  const advapi = koffi.load('advapi32.dll')
  const open = advapi.func('int32 __stdcall RegOpenKeyExW(intptr k, str16 s, uint32 o, uint32 sam, _Out_ intptr *h)')
  const create = advapi.func(
    'int32 __stdcall RegCreateKeyExW(intptr k, str16 s, uint32 r, void *c, uint32 o, uint32 sam, void *a, _Out_ intptr *h, void *d)',
  )
  const close = advapi.func('int32 __stdcall RegCloseKey(intptr h)')
  const query = advapi.func(
    'int32 __stdcall RegQueryValueExW(intptr h, str16 v, void *r, _Out_ uint32 *t, _Out_ uint8 *b, _Inout_ uint32 *n)',
  )
  const set = advapi.func('int32 __stdcall RegSetValueExW(intptr h, str16 v, uint32 r, uint32 t, uint8 *b, uint32 n)')
  const drop = advapi.func('int32 __stdcall RegDeleteValueW(intptr h, str16 v)')
  const dropTree = advapi.func('int32 __stdcall RegDeleteTreeW(intptr h, str16 s)')
  const enumKey = advapi.func(
    'int32 __stdcall RegEnumKeyExW(intptr h, uint32 i, _Out_ uint16 *b, _Inout_ uint32 *n, void *r, void *c, void *cn, void *t)',
  )
  const enumValue = advapi.func(
    'int32 __stdcall RegEnumValueW(intptr h, uint32 i, _Out_ uint16 *b, _Inout_ uint32 *n, void *r, void *t, void *d, void *dn)',
  )

  function within<T>(key: string, access: number, use: (handle: number) => T): T | undefined {
    const handle = [0]
    if (open(HKEY_LOCAL_MACHINE, key, 0, access, handle) !== 0) return undefined
    try {
      return use(handle[0] ?? 0)
    } finally {
      close(handle[0])
    }
  }

  function write(key: string, name: string, type: number, text: string): void {
    const handle = [0]
    const failed = create(HKEY_LOCAL_MACHINE, key, 0, null, 0, KEY_WRITE_64, null, handle, null)
    if (failed !== 0) throw new Error(`Registry key HKLM\\${key} cannot be written (Windows error ${failed}).`)
    const bytes = Buffer.from(text, 'utf16le')
    set(handle[0], name, 0, type, bytes, bytes.length)
    close(handle[0])
  }

  function names(
    key: string,
    next: (handle: number, index: number, name: Buffer, chars: number[]) => number,
  ): string[] {
    const found = within(key, KEY_READ_64, (handle) => {
      const list: string[] = []
      const name = Buffer.alloc(NAME_CHARS * 2)
      for (;;) {
        const chars = [NAME_CHARS]
        if (next(handle, list.length, name, chars) !== 0) return list
        list.push(name.toString('utf16le', 0, (chars[0] ?? 0) * 2))
      }
    })
    return found ?? []
  }

  return {
    read: (key, name) =>
      within(key, KEY_READ_64, (handle) => {
        const type = [0]
        const size = [0]
        if (query(handle, name, null, type, null, size) !== 0) return undefined
        const data = Buffer.alloc(Math.min(size[0] ?? 0, MAX_VALUE_BYTES))
        const failed = data.length === 0 ? 0 : query(handle, name, null, type, data, size)
        if (failed !== 0 && failed !== ERROR_MORE_DATA) return undefined
        return { name, type: type[0] ?? 0, data: data.subarray(0, size[0]) }
      }),
    exists: (key) => within(key, KEY_READ_64, () => true) ?? false,
    keys: (key) => names(key, (handle, i, name, chars) => enumKey(handle, i, name, chars, null, null, null, null)),
    values: (key) => names(key, (handle, i, name, chars) => enumValue(handle, i, name, chars, null, null, null, null)),
    writeString: (key, name, value) => write(key, name, REG.sz, `${value}\0`),
    writeStrings: (key, name, values) => write(key, name, REG.multiSz, `${values.join('\0')}\0\0`),
    deleteValue: (key, name) => void within(key, KEY_WRITE_64, (handle) => drop(handle, name)),
    deleteKey: (key) => void dropTree(HKEY_LOCAL_MACHINE, key),
  }
}

/** A key of the running Windows as the sources read it, for example `liveKey(registry, 'SYSTEM')`. */
export function liveKey(registry: Registry, path: string): RegistryKey {
  const below = (name: string): RegistryKey => liveKey(registry, `${path}\\${name}`)
  return {
    name: path.slice(path.lastIndexOf('\\') + 1),
    keys: () => registry.keys(path).map(below),
    key: (name) => (registry.exists(`${path}\\${name}`) ? below(name) : undefined),
    values: () => registry.values(path).flatMap((name) => registry.read(path, name) ?? []),
    value: (name) => registry.read(path, name),
  }
}
