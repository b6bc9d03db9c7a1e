import type { Clock } from '@pumphandle/shared/clock'
import type { Koffi } from './koffi.ts'

// winreg.h, winnt.h, winbase.h
const HKEY_LOCAL_MACHINE = -2147483646
const KEY_NOTIFY_64 = 0x10 | 0x100
const NAME_OR_VALUE = 1 | 4
const WAIT_TIMEOUT = 258
/** MAXIMUM_WAIT_OBJECTS, of which one is for waking up. */
const MAX_KEYS = 63

/** The wait holds one of Node's four threads, and ends this often by itself: a process that exits waits for its threads. */
const WAIT_MS = 10_000
/** A product may be installed, and bring its key, while the agent runs. */
const OPEN_AGAIN_MS = 5 * 60_000
/**
 * Some products write into their key each second. One that changed without a new version is left alone for twice as long
 * each time; one that brought a version is listened to at once again.
 */
const REST_MS = { least: 1000, most: 5 * 60_000 }

interface Watched {
  path: string
  handle: number
  event: number
  restMs: number
  isResting: boolean
}

/**
 * Tells of changes in and below keys of HKEY_LOCAL_MACHINE, the 64-bit view, the moment they happen. (Microsoft,
 * "RegNotifyChangeKeyValue".)
 *
 * @param keys at most 63; one that is missing is looked for every 5 minutes
 * @param changed resolves with whether the change meant anything
 * @returns ends it
 */
export function watchKeys(
  koffi: Koffi,
  keys: readonly string[],
  changed: () => Promise<boolean>,
  clock: Clock,
): () => void {
  const advapi = koffi.load('advapi32.dll')
  const kernel = koffi.load('kernel32.dll')
  const openKey = advapi.func('int32 __stdcall RegOpenKeyExW(intptr k, str16 s, uint32 o, uint32 sam, _Out_ intptr *h)')
  const closeKey = advapi.func('int32 __stdcall RegCloseKey(intptr h)')
  const notify = advapi.func('int32 __stdcall RegNotifyChangeKeyValue(intptr h, int t, uint32 f, intptr e, int a)')
  const createEvent = kernel.func('intptr __stdcall CreateEventW(void *a, int m, int s, void *n)')
  const setEvent = kernel.func('int __stdcall SetEvent(intptr e)')
  const closeHandle = kernel.func('int __stdcall CloseHandle(intptr h)')
  const wait = kernel.func('uint32 __stdcall WaitForMultipleObjects(uint32 n, intptr *h, int all, uint32 ms)')

  const wake = Number(createEvent(null, 0, 0, null))
  const watched = new Map<string, Watched>()
  let isEnded = false

  function open(): void {
    for (const path of keys.slice(0, MAX_KEYS)) {
      const handle = [0]
      if (watched.has(path) || openKey(HKEY_LOCAL_MACHINE, path, 0, KEY_NOTIFY_64, handle) !== 0) continue
      const event = Number(createEvent(null, 0, 0, null))
      const key = { path, handle: handle[0] ?? 0, event, restMs: REST_MS.least, isResting: false }
      watched.set(path, key)
      listen(key)
    }
    setEvent(wake)
  }

  /** Asks for the next change; a key that was deleted is given up until it is there again. */
  function listen(key: Watched): void {
    if (notify(key.handle, 1, NAME_OR_VALUE, key.event, 1) !== 0) forget(key)
  }

  function forget({ path, handle, event }: Watched): void {
    closeKey(handle)
    closeHandle(event)
    watched.delete(path)
  }

  async function told(key: Watched): Promise<void> {
    listen(key)
    key.isResting = true
    const meantSomething = await changed()
    key.restMs = meantSomething ? REST_MS.least : Math.min(REST_MS.most, key.restMs * 2)
    clock.after(meantSomething ? 0 : key.restMs, () => {
      key.isResting = false
      if (!isEnded) setEvent(wake)
    })
  }

  /** The wait runs on a thread of Node's pool; its answer comes back here. */
  function round(): void {
    const awake = [...watched.values()].filter(({ isResting }) => !isResting)
    const events = [wake, ...awake.map(({ event }) => event)]
    wait.async(events.length, events, 0, WAIT_MS, (_error: unknown, result: number) => {
      if (isEnded) return end()
      const key = awake[result - 1]
      if (key) void told(key)
      else if (result !== 0 && result !== WAIT_TIMEOUT) return // handles that cannot be waited for: the slow poll remains
      round()
    })
  }

  function end(): void {
    for (const key of watched.values()) forget(key)
    closeHandle(wake)
  }

  open()
  const endOpening = clock.every(OPEN_AGAIN_MS, open)
  round()
  return () => {
    isEnded = true
    endOpening()
    setEvent(wake)
  }
}
