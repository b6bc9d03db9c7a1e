import { join } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'
import { type ComputerMarks, computerMarks, volumeMark } from '../volume/fingerprint.ts'
import type { LiveRegistry } from '../volume/volume.ts'
import { openDpapi, type Protector } from './dpapi.ts'
import { type Koffi, loadKoffi } from './koffi.ts'
import { liveKey, openRegistry, type Registry } from './registry.ts'
import { watchKeys } from './registry-watch.ts'
import { openServiceStates, type ServiceStates } from './service-states.ts'
import { openSignOn, type SignOn } from './sign-on.ts'
import { openSystemChannel, type SystemChannel } from './system-channel.ts'
import { systemProxy } from './system-proxy.ts'
import { volumeSerial } from './volume-serial.ts'

/** The running Windows under the agent. Each part is loaded when it is first asked for. */
export interface WindowsHost {
  koffi(): Koffi
  sealer(): Protector
  registry(): Registry
  /** The live registry as the sources read it. */
  liveRegistry(): LiveRegistry
  services(): ServiceStates
  /** The System log, ahead of its file; undefined where it cannot be asked. */
  systemChannel(volume: string): SystemChannel | undefined
  /** Tells of changes below registry keys; answers what ends it. */
  watchKeys(keys: readonly string[], changed: () => Promise<boolean>, clock: Clock): () => void
  /** `http://host:port`, where this machine has a proxy of its own. */
  systemProxy(): string | undefined
  /** Windows' ways to sign on to a proxy. */
  signOn(): SignOn
  /** Which computer this is; asked once. */
  marks(): ComputerMarks
}

/** Loads nothing yet. @param systemDrive its root, such as `C:\\` */
export function openWindowsHost(systemDrive: string): WindowsHost {
  const koffi = once(loadKoffi)
  const registry = once(() => openRegistry(koffi()))
  return {
    koffi,
    registry,
    sealer: once(() => openDpapi(koffi())),
    services: once(() => openServiceStates(koffi())),
    systemChannel: (volume) => openSystemChannel(koffi(), join(volume, 'Windows')),
    watchKeys: (keys, changed, clock) => watchKeys(koffi(), keys, changed, clock),
    liveRegistry: once(() => ({ root: (hive: 'SYSTEM' | 'SOFTWARE') => liveKey(registry(), hive) })),
    systemProxy: () => systemProxy(koffi()),
    signOn: once(() => openSignOn(koffi())),
    marks: once(() => {
      const serial = volumeSerial(koffi(), systemDrive)
      const marks = computerMarks(liveKey(registry(), 'SOFTWARE'), liveKey(registry(), 'SYSTEM'))
      return { ...marks, ...(serial !== undefined && { volume: volumeMark(serial) }) }
    }),
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
