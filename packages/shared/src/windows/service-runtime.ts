import type * as KoffiModule from 'koffi'
import { ACCEPTED_CONTROLS, ANSWER, type ServiceControl, serviceControlOf } from './service-control.ts'

/** Calls into Windows' own libraries; who wants them loads it. */
export type Koffi = typeof KoffiModule

/** SERVICE_STATUS of winsvc.h, as koffi takes it. */
export const SERVICE_STATUS = {
  type: 'uint32',
  state: 'uint32',
  accepted: 'uint32',
  exitCode: 'uint32',
  specificExitCode: 'uint32',
  checkPoint: 'uint32',
  waitHint: 'uint32',
} as const

/** The running service's side of the service control manager. */
export interface ServiceRuntime {
  /** Tells Windows that stopping has begun and takes up to `hintMs`. */
  stopping(hintMs: number): void
  /** Tells Windows that the service has stopped. The process must end soon after. */
  stopped(exitCode: number): void
}

// winsvc.h
const SERVICE_WIN32_OWN_PROCESS = 0x10
const STATE = { stopped: 1, stopPending: 3, running: 4 } as const

/**
 * Makes this process the service `name`: Windows ends a service process that does not connect to its control manager within
 * 30 s of its start. `onControl` runs on the JavaScript thread while Windows waits, so it must only begin work, not wait.
 * (Microsoft, "StartServiceCtrlDispatcherW", "HandlerEx".)
 *
 * @param onEnd called with true when Windows has taken note that the service stopped: the process must end at once, or it
 *   still holds its files when an uninstaller removes them. With false, when it was not started as a service at all.
 */
export function runAsService(
  koffi: Koffi,
  name: string,
  onControl: (control: ServiceControl) => void,
  onEnd: (wasService: boolean) => void,
): ServiceRuntime {
  const advapi = koffi.load('advapi32.dll')
  const status = koffi.struct({ ...SERVICE_STATUS })
  const mainType = koffi.pointer(koffi.proto('__stdcall', 'ServiceMain', 'void', ['uint32', 'void *']))
  const handlerType = koffi.pointer(
    koffi.proto('__stdcall', 'HandlerEx', 'uint32', ['uint32', 'uint32', 'void *', 'void *']),
  )
  const entry = koffi.struct({ name: 'str16', main: mainType })
  const dispatch = advapi.func('__stdcall', 'StartServiceCtrlDispatcherW', 'int', [koffi.pointer(entry)])
  const registerHandler = advapi.func('__stdcall', 'RegisterServiceCtrlHandlerExW', 'void *', [
    'str16',
    handlerType,
    'void *',
  ])
  const setStatus = advapi.func('__stdcall', 'SetServiceStatus', 'int', ['void *', koffi.pointer(status)])

  let handle: unknown
  let current: { state: number; waitHint: number; exitCode: number } = {
    state: STATE.running,
    waitHint: 0,
    exitCode: 0,
  }
  function report(next: typeof current): void {
    current = next
    if (!handle) return
    setStatus(handle, {
      type: SERVICE_WIN32_OWN_PROCESS,
      state: next.state,
      accepted: next.state === STATE.running ? ACCEPTED_CONTROLS : 0,
      exitCode: next.exitCode,
      specificExitCode: 0,
      checkPoint: 0,
      waitHint: next.waitHint,
    })
  }

  const handler = koffi.register((code: number, eventType: number): number => {
    const control = serviceControlOf(code, eventType)
    if (control === undefined) return ANSWER.notImplemented
    if (control === 'ask') report(current)
    else onControl(control)
    return ANSWER.done
  }, handlerType)
  const main = koffi.register((): void => {
    handle = registerHandler(name, handler, null)
    report(current)
  }, mainType)
  const table = [
    { name, main },
    { name: null, main: null },
  ]
  dispatch.async(table, (_error: unknown, ok: number) => {
    onEnd(Boolean(ok))
  })

  return {
    stopping: (hintMs) => report({ state: STATE.stopPending, waitHint: hintMs, exitCode: 0 }),
    stopped: (exitCode) => report({ state: STATE.stopped, waitHint: 0, exitCode }),
  }
}
