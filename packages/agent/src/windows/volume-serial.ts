import type { Koffi } from './koffi.ts'

/**
 * The serial number that formatting gave a volume, as 8 hexadecimal digits; undefined where Windows does not tell.
 * (Microsoft, "GetVolumeInformationW".)
 */
export function volumeSerial(koffi: Koffi, root: string): string | undefined {
  const kernel = koffi.load('kernel32.dll')
  const get = kernel.func(
    'int __stdcall GetVolumeInformationW(str16 root, void *name, uint32 n, _Out_ uint32 *serial, void *length, void *flags, void *fs, uint32 m)',
  )
  const serial = [0]
  if (get(root, null, 0, serial, null, null, null, 0) === 0 || !serial[0]) return undefined
  return serial[0].toString(16).padStart(8, '0')
}
