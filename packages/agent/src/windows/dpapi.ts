import type { Koffi } from './koffi.ts'

/** Protects secrets at rest. */
export interface Protector {
  protect(plain: Buffer): Buffer
  /** @throws where the bytes were protected by another machine, or changed since. */
  unprotect(sealed: Buffer): Buffer
}

// dpapi.h: no window is ever shown; any account of this machine may decrypt, so the folder's access rights guard it too
const CRYPTPROTECT_UI_FORBIDDEN = 1
const CRYPTPROTECT_LOCAL_MACHINE = 4
/** Secondary entropy: not a secret, it keeps another program's blob from being taken for ours. */
const ENTROPY = Buffer.from('pumphandle-agent/1')

/** Windows' Data Protection API with the machine's key: a copied disk's file is of no use on another machine. */
export function openDpapi(koffi: Koffi): Protector {
  const crypt = koffi.load('crypt32.dll')
  const kernel = koffi.load('kernel32.dll')
  const blob = koffi.struct({ size: 'uint32', bytes: 'uint8 *' })
  const pointer = koffi.pointer(blob)
  const args = ['void *', pointer, 'void *', 'void *', 'uint32', koffi.out(pointer)]
  const protectData = crypt.func('__stdcall', 'CryptProtectData', 'int', [pointer, ...args])
  const unprotectData = crypt.func('__stdcall', 'CryptUnprotectData', 'int', [pointer, ...args])
  const localFree = kernel.func('void *__stdcall LocalFree(void *p)')
  const lastError = kernel.func('uint32 __stdcall GetLastError()')

  function call(work: typeof protectData, input: Buffer, flags: number, failure: string): Buffer {
    const output: { size?: number; bytes?: bigint } = {}
    const entropy = { size: ENTROPY.length, bytes: ENTROPY }
    if (work({ size: input.length, bytes: input }, null, entropy, null, null, flags, output) === 0)
      throw new Error(`${failure} (Windows error ${lastError()}).`)
    const result = Buffer.from(koffi.decode(output.bytes, koffi.array('uint8', output.size ?? 0)))
    localFree(output.bytes)
    return result
  }

  return {
    protect: (plain) =>
      call(
        protectData,
        plain,
        CRYPTPROTECT_UI_FORBIDDEN | CRYPTPROTECT_LOCAL_MACHINE,
        'Windows could not protect the machine secret',
      ),
    unprotect: (sealed) =>
      call(
        unprotectData,
        sealed,
        CRYPTPROTECT_UI_FORBIDDEN,
        'The stored machine secret cannot be read on this machine: enrol it again',
      ),
  }
}
