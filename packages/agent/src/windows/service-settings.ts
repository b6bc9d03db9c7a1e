import type { Koffi } from './koffi.ts'

/** Name of the service, as in `net stop pumphandle-agent`. The installer uses the same. */
export const SERVICE_NAME = 'pumphandle-agent'
const SERVICE_TITLE = 'Pumphandle Agent'
const SERVICE_DESCRIPTION =
  'Reports crashes, restarts and versions of this computer to the practice IT team. Reads only; takes no commands.'

/** Time that Windows waits for the agent's goodbye before shutting down: the agent itself takes 2 s at most. */
const PRESHUTDOWN_MS = 5000
/**
 * Restart after 1 s, 5 s, then each 60 s: the first restarts are quick since a crash may be under way, the later ones cannot
 * load a machine. A day without failure starts the count again.
 */
const RESTART_DELAYS_MS = [1000, 5000, 60_000] as const
const RESET_SECONDS = 86_400
/** The only privilege of LocalSystem that the agent keeps: passing through folders. Windows drops the others at its start. */
const PRIVILEGES = ['SeChangeNotifyPrivilege']

// winsvc.h
const SC_MANAGER_ALL = 0xf003f
const SERVICE_ALL = 0xf01ff
const SERVICE_WIN32_OWN_PROCESS = 0x10
const SERVICE_AUTO_START = 2
const SERVICE_ERROR_NORMAL = 1
const SERVICE_CONTROL_STOP = 1
const SC_ACTION_RESTART = 1
const LEVEL = { description: 1, failureActions: 2, failureFlag: 4, sidType: 5, privileges: 6, preshutdown: 7 } as const
const SERVICE_SID_TYPE_UNRESTRICTED = 1

export interface ServiceSettings {
  /** Creates the service, started by Windows at each boot as LocalSystem. @throws with Windows' error number. */
  create(commandLine: string): void
  start(): boolean
  /** Asks the service to stop; false where it did not run. */
  stop(): boolean
  remove(): void
  /**
   * Writes restart after failure, pre-shutdown time, description, SID and the one privilege. Done at each start, so that an
   * installer that knows none of them leaves none out. Answers the names of settings that Windows refused.
   */
  apply(): string[]
}

/** Opens the agent's own service for changing. Needs administrator's or LocalSystem's rights. */
export function openServiceSettings(koffi: Koffi): ServiceSettings {
  const advapi = koffi.load('advapi32.dll')
  const lastError = koffi.load('kernel32.dll').func('uint32 __stdcall GetLastError()')
  const openManager = advapi.func('void *__stdcall OpenSCManagerW(str16 m, str16 d, uint32 a)')
  const openService = advapi.func('void *__stdcall OpenServiceW(void *m, str16 n, uint32 a)')
  const createService = advapi.func(
    'void *__stdcall CreateServiceW(void *m, str16 n, str16 d, uint32 a, uint32 t, uint32 s, uint32 e, str16 p, void *g, void *i, void *deps, void *u, void *w)',
  )
  const startService = advapi.func('int __stdcall StartServiceW(void *h, uint32 n, void *a)')
  const control = advapi.func('int __stdcall ControlService(void *h, uint32 c, _Out_ uint8 *s)')
  const remove = advapi.func('int __stdcall DeleteService(void *h)')
  const close = advapi.func('int __stdcall CloseServiceHandle(void *h)')
  const action = koffi.struct({ type: 'int32', delay: 'uint32' })
  const change = (type: ReturnType<Koffi['struct']>) =>
    advapi.func('__stdcall', 'ChangeServiceConfig2W', 'int', ['void *', 'uint32', koffi.pointer(type)])
  const number = koffi.struct({ value: 'uint32' })
  const string = koffi.struct({ value: 'str16' })
  const multiString = koffi.struct({ value: 'uint8 *' })
  const failureActions = koffi.struct({
    resetSeconds: 'uint32',
    rebootMessage: 'str16',
    command: 'str16',
    count: 'uint32',
    actions: koffi.pointer(action),
  })

  function withManager<T>(use: (manager: unknown) => T): T {
    const manager = openManager(null, null, SC_MANAGER_ALL)
    if (!manager) throw new Error(`Run this as administrator (Windows error ${lastError()}).`)
    try {
      return use(manager)
    } finally {
      close(manager)
    }
  }
  function withService<T>(use: (service: unknown) => T): T | undefined {
    return withManager((manager) => {
      const service = openService(manager, SERVICE_NAME, SERVICE_ALL)
      if (!service) return undefined
      try {
        return use(service)
      } finally {
        close(service)
      }
    })
  }

  return {
    create: (commandLine) =>
      withManager((manager) => {
        const service = createService(
          manager,
          SERVICE_NAME,
          SERVICE_TITLE,
          SERVICE_ALL,
          SERVICE_WIN32_OWN_PROCESS,
          SERVICE_AUTO_START,
          SERVICE_ERROR_NORMAL,
          commandLine,
          null,
          null,
          null,
          null,
          null,
        )
        if (!service) throw new Error(`Windows did not create the service (error ${lastError()}).`)
        close(service)
      }),
    start: () => withService((service) => Boolean(startService(service, 0, null))) ?? false,
    stop: () => withService((service) => Boolean(control(service, SERVICE_CONTROL_STOP, Buffer.alloc(28)))) ?? false,
    remove: () => void withService((service) => remove(service)),
    apply: () =>
      withService((service) => {
        const privileges = Buffer.from(`${PRIVILEGES.join('\0')}\0\0`, 'utf16le')
        const actions = RESTART_DELAYS_MS.map((delay) => ({ type: SC_ACTION_RESTART, delay }))
        const wanted: [string, number, ReturnType<Koffi['struct']>, object][] = [
          ['description', LEVEL.description, string, { value: SERVICE_DESCRIPTION }],
          [
            'restart after failure',
            LEVEL.failureActions,
            failureActions,
            { resetSeconds: RESET_SECONDS, rebootMessage: null, command: null, count: actions.length, actions },
          ],
          ['restart after an error exit', LEVEL.failureFlag, number, { value: 1 }],
          ['pre-shutdown time', LEVEL.preshutdown, number, { value: PRESHUTDOWN_MS }],
          ['service SID', LEVEL.sidType, number, { value: SERVICE_SID_TYPE_UNRESTRICTED }],
          ['privileges', LEVEL.privileges, multiString, { value: privileges }],
        ]
        return wanted.filter(([, level, type, value]) => !change(type)(service, level, value)).map(([name]) => name)
      }) ?? ['service'],
  }
}
