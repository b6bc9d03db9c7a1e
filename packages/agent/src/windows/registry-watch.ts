import type { Clock } from '@pumphandle/shared/clock'
import type { Koffi } from './koffi.ts'
import { HKEY_LOCAL_MACHINE } from './registry.ts'

// winreg.h, winnt.h, winbase.h
const KEY_NOTIFY_64 = 0x10 | 0x100
const NAME_OR_VALUE = 1 | 4
/** MAXIMUM_WAIT_OBJECTS. */
const MAX_KEYS = 64

/**
 * Windows notes a change at once; it is asked this often for what it noted, some 10 µs each time. A wait on a thread of its own
 * would hear of it sooner, and hold one of Node's four.
 */
const ASK_MS = 1000
/** A product may be installed, and bring its key, while the agent runs. */
const OPEN_AGAIN_MS = 5 * 60_000
/**
 * Some products write into their key each second. One that changed without a new version is left alone for twice as long
 * each time; one that brought a version is listened to at once again.
 */
const REST_MS = { least: 2000, most: 5 * 60_000 }

interface Watched {
  path: string
  handle: number
  event: number
  restMs: number
  isResting: boolean
}

/**
 * Tells of changes in and below keys of HKEY_LOCAL_MACHINE, the 64-bit view, within a second. (Microsoft,
 * "RegNotifyChangeKeyValue".)
 *
 * @param keys at most 64; one that is missing is looked for every 5 minutes
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
  const closeHandle = kernel.func('int __stdcall CloseHandle(intptr h)')
  const wait = kernel.func('uint32 __stdcall WaitForMultipleObjects(uint32 n, intptr *h, int all, uint32 ms)')

  const watched = new Map<string, Watched>()

  function open(): void {
    for (const path of keys.slice(0, MAX_KEYS)) {
      const handle = [0]
      if (watched.has(path) || openKey(HKEY_LOCAL_MACHINE, path, 0, KEY_NOTIFY_64, handle) !== 0) continue
      const event = Number(createEvent(null, 0, 0, null))
      const key = { path, handle: handle[0] ?? 0, event, restMs: REST_MS.least, isResting: false }
      watched.set(path, key)
      listen(key)
    }
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
    key.isResting = true
    listen(key)
    const meantSomething = await changed()
    key.restMs = meantSomething ? REST_MS.least : Math.min(REST_MS.most, key.restMs * 2)
    clock.after(meantSomething ? 0 : key.restMs, () => (key.isResting = false))
  }

  function ask(): void {
    for (;;) {
      const awake = [...watched.values()].filter(({ isResting }) => !isResting)
      const events = awake.map(({ event }) => event)
      // the index of one that was noted, which rests from then on; else a number that is no index
      const key = events.length === 0 ? undefined : awake[wait(events.length, events, 0, 0)]
      if (key === undefined) return
      void told(key)
    }
  }

  open()
  const cancels = [clock.every(OPEN_AGAIN_MS, open), clock.every(ASK_MS, ask)]
  return () => {
    for (const cancel of cancels) cancel()
    for (const key of watched.values()) forget(key)
  }
}
