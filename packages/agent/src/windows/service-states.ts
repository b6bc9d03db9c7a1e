import { SERVICE_STATUS } from '@pumphandle/shared/windows-service'
import type { Koffi } from './koffi.ts'

/** A service's state in the words of the wire. */
export type ServiceState = 'running' | 'stopped' | 'starting' | 'stopping' | 'paused' | 'missing'

export interface ServiceStates {
  /** State now, and whether it ended with an error rather than on request. About 18 ms with opening the manager. */
  state(service: string): { state: ServiceState; failed: boolean }
  /** Process id of a running service, else 0. */
  processId(service: string): number
  close(): void
}

// winsvc.h
const SC_MANAGER_CONNECT = 1
const SERVICE_QUERY_STATUS = 4
const STATES: Readonly<Record<number, ServiceState>> = {
  1: 'stopped',
  2: 'starting',
  3: 'stopping',
  4: 'running',
  5: 'starting',
  6: 'stopping',
  7: 'paused',
}
/** winerror.h: the service was never started since Windows started; not a failure. */
const ERROR_SERVICE_NEVER_STARTED = 1077

/** Opens the service control manager for reading only. */
export function openServiceStates(koffi: Koffi): ServiceStates {
  const advapi = koffi.load('advapi32.dll')
  const status = koffi.struct({ ...SERVICE_STATUS, processId: 'uint32', flags: 'uint32' })
  const openManager = advapi.func('void *__stdcall OpenSCManagerW(str16 m, str16 d, uint32 a)')
  const openService = advapi.func('void *__stdcall OpenServiceW(void *m, str16 n, uint32 a)')
  const close = advapi.func('int __stdcall CloseServiceHandle(void *h)')
  const query = advapi.func('__stdcall', 'QueryServiceStatusEx', 'int', [
    'void *',
    'int',
    koffi.out(koffi.pointer(status)),
    'uint32',
    koffi.out('uint32 *'),
  ])
  const manager = openManager(null, null, SC_MANAGER_CONNECT)

  function read(service: string): { state?: number; exitCode?: number; processId?: number } | undefined {
    const handle = manager && openService(manager, service, SERVICE_QUERY_STATUS)
    if (!handle) return undefined
    const answer = {}
    const ok = query(handle, 0, answer, koffi.sizeof(status), [0])
    close(handle)
    return ok ? answer : undefined
  }

  return {
    state(service) {
      const answer = read(service)
      if (answer === undefined) return { state: 'missing', failed: false }
      const exitCode = answer.exitCode ?? 0
      const state = STATES[answer.state ?? 0] ?? 'missing'
      return { state, failed: state === 'stopped' && exitCode !== 0 && exitCode !== ERROR_SERVICE_NEVER_STARTED }
    },
    processId: (service) => read(service)?.processId ?? 0,
    close: () => void (manager && close(manager)),
  }
}
