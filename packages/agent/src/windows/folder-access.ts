import type { Koffi } from './koffi.ts'

/**
 * Access rights of the data folder, in Windows' security descriptor language: nothing inherited from above; LocalSystem and
 * administrators in full, down to every file; nobody else, not even to read.
 */
const SYSTEM_AND_ADMINISTRATORS = 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'
// sddl.h, winnt.h
const SDDL_REVISION_1 = 1
const DACL_SECURITY_INFORMATION = 4

/** Closes a folder to all but LocalSystem and administrators. @throws with Windows' error number. */
export function closeFolder(koffi: Koffi, folder: string): void {
  const advapi = koffi.load('advapi32.dll')
  const kernel = koffi.load('kernel32.dll')
  const parse = advapi.func(
    'int __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 s, uint32 r, _Out_ void **d, void *n)',
  )
  const set = advapi.func('int __stdcall SetFileSecurityW(str16 f, uint32 i, void *d)')
  const lastError = kernel.func('uint32 __stdcall GetLastError()')
  const localFree = kernel.func('void *__stdcall LocalFree(void *p)')
  const descriptor: [unknown] = [null]
  const ok =
    parse(SYSTEM_AND_ADMINISTRATORS, SDDL_REVISION_1, descriptor, null) &&
    set(folder, DACL_SECURITY_INFORMATION, descriptor[0])
  const error = ok ? 0 : lastError()
  if (descriptor[0]) localFree(descriptor[0])
  if (!ok) throw new Error(`The access rights of ${folder} cannot be set (Windows error ${error}).`)
}
