import type { Clock } from '@pumphandle/shared/clock'
import { type Secrets, type Settings, SettingsError } from '../config/settings.ts'
import { readSecrets, type Sealer, type StoredSettings, writeSettings } from '../config/settings-file.ts'
import type { Log } from '../log/log.ts'
import type { Backoff } from '../uplink/backoff.ts'
import type { Route } from '../uplink/dial.ts'
import { EnrolError, enrol } from '../uplink/enrol.ts'
import { learnPinnedCa, readPinnedCa } from '../uplink/trust.ts'

/** Who this machine is and where its collector is: settings on disk with their secrets, opened when they are needed. */
export interface Identity {
  stored: StoredSettings
  secrets: () => Secrets
}

/** The stored identity, or undefined where this machine has not enrolled yet. Opens no secret. */
export function readyIdentity(stored: StoredSettings | undefined, sealer: () => Sealer): Identity | undefined {
  if (stored?.machine === undefined || stored.sealed === undefined) return undefined
  let opened: Secrets | undefined
  return { stored, secrets: () => (opened ??= readSecrets(stored, sealer())) }
}

/** How to reach the collector with this identity. */
export function routeOf(settings: Settings, secrets: () => Secrets, folder: string): Route {
  const ca = settings.caSha256 === undefined ? undefined : readPinnedCa(folder, settings.caSha256)
  return {
    url: new URL(settings.collectorUrl),
    proxy: settings.proxy,
    proxyLogin: () => secrets().proxyLogin,
    ...(ca !== undefined && { ca: [ca] }),
  }
}

/** As `routeOf`, after fetching the pinned certificate where it is not known yet. @throws (rejects) where no chain has it */
export async function trustedRoute(settings: Settings, secrets: () => Secrets, folder: string): Promise<Route> {
  const route = routeOf(settings, secrets, folder)
  const isSecure = route.url.protocol === 'https:'
  if (!isSecure || settings.caSha256 === undefined || route.ca !== undefined) return route
  return { ...route, ca: [await learnPinnedCa(route, settings.caSha256, folder)] }
}

export interface Applicant {
  computerName: string
  agentVersion: string
  /** SHA-256 of the Windows machine GUID, so that a reinstalled agent keeps its id. */
  fingerprint?: string
  unmanaged?: boolean
}

/** Enrols for one report: nothing is written. @throws (rejects) EnrolError or the network's error */
export async function enrolTransient(
  folder: string,
  settings: Settings,
  secrets: Secrets,
  applicant: Applicant,
): Promise<Identity> {
  const route = await trustedRoute(settings, () => secrets, folder)
  const { machine, secret } = await enrol(route, secrets.enrolmentToken ?? '', {
    ...applicant,
    ...(settings.site !== undefined && { site: settings.site }),
  })
  return { stored: { ...settings, machine }, secrets: () => ({ ...secrets, machineSecret: secret }) }
}

/**
 * Enrols once. On success the settings with the machine's id and secret are on disk, and the token is gone.
 *
 * @throws (rejects) SettingsError where a setting is missing, EnrolError where the collector refuses, or the network's error
 */
export async function enrolOnce(
  folder: string,
  settings: Settings,
  secrets: Secrets,
  sealer: Sealer,
  applicant: Applicant,
): Promise<Identity> {
  if (secrets.enrolmentToken === undefined)
    throw new SettingsError('This machine is not enrolled: give an enrolment token (--token or ENROLMENT_TOKEN).')
  const enrolled = await enrolTransient(folder, settings, secrets, applicant)
  const { enrolmentToken: _used, ...mine } = enrolled.secrets()
  return { stored: writeSettings(folder, enrolled.stored, mine, sealer), secrets: () => mine }
}

/** Enrols, trying again for as long as it takes: the installer may run before the network is there. */
export async function enrolPatiently(
  attempt: () => Promise<Identity>,
  clock: Clock,
  backoff: Backoff,
  log: Log,
): Promise<Identity> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof SettingsError) throw error
      const refused = error instanceof EnrolError && error.isFinal
      const waitMs = backoff.next({ refused })
      log.warn({ waitMs: Math.round(waitMs) }, `enrolment: ${error instanceof Error ? error.message : String(error)}`)
      await new Promise<void>((resolve) => void clock.after(waitMs, resolve))
    }
  }
}
