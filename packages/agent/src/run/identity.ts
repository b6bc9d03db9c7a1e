import type { Secrets, Settings } from '../config/settings.ts'
import { readSecrets, type Sealer, type StoredSettings, writeSettings } from '../config/settings-file.ts'
import type { Route } from '../uplink/dial.ts'
import { learnPinnedCa, readPinnedCa } from '../uplink/trust.ts'

/** Who this machine is and where its collector is: settings on disk with their secrets, opened when they are needed. */
export interface Identity {
  stored: StoredSettings
  secrets: () => Secrets
  /** Puts other secrets in the place of these, on the disk first. @throws where the folder cannot be written */
  keep: (next: Secrets) => void
}

/** The stored identity, or undefined where this machine has not enrolled yet. Opens no secret. */
export function readyIdentity(
  folder: string,
  stored: StoredSettings | undefined,
  sealer: () => Sealer,
): Identity | undefined {
  if (stored?.machine === undefined || stored.sealed === undefined) return undefined
  return identityOf(folder, stored, undefined, sealer)
}

/** @param given what is sealed in the settings, where it is known already */
export function identityOf(
  folder: string,
  stored: StoredSettings,
  given: Secrets | undefined,
  sealer: () => Sealer,
): Identity {
  let opened = given
  return {
    stored,
    secrets: () => (opened ??= readSecrets(stored, sealer())),
    keep(next) {
      writeSettings(folder, stored, next, sealer())
      opened = next
    },
  }
}

/** What of this computer the way to the collector needs. */
export interface Station extends Pick<Route, 'signOn'> {
  /** Where certificates are kept that were learnt. */
  dataFolder: string
}

/** How to reach the collector with this identity. */
export function routeOf(settings: Settings, secrets: () => Secrets, { dataFolder, signOn }: Station): Route {
  const ca = settings.caSha256 === undefined ? [] : readPinnedCa(dataFolder, settings.caSha256)
  return {
    url: new URL(settings.collectorUrl),
    proxy: settings.proxy,
    proxyLogin: () => secrets().proxyLogin,
    signOn,
    ...(ca.length > 0 && { ca }),
  }
}

/**
 * As `routeOf`, after fetching a pinned certificate where none is known yet.
 * @param again where some are known too: the collector may show another pinned one now
 * @throws (rejects) where no chain has one
 */
export async function trustedRoute(
  settings: Settings,
  secrets: () => Secrets,
  station: Station,
  again = false,
): Promise<Route> {
  const route = routeOf(settings, secrets, station)
  const isSecure = route.url.protocol === 'https:'
  if (!isSecure || settings.caSha256 === undefined || (route.ca !== undefined && !again)) return route
  return { ...route, ca: await learnPinnedCa(route, settings.caSha256, station.dataFolder) }
}
