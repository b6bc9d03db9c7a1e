import { createHash } from 'node:crypto'
import type { Clock } from '@pumphandle/shared/clock'
import { type Secrets, type Settings, SettingsError } from '../config/settings.ts'
import { type Sealer, writeSettings } from '../config/settings-file.ts'
import type { Log } from '../log/log.ts'
import type { Backoff } from '../uplink/backoff.ts'
import { EnrolError, enrol } from '../uplink/enrol.ts'
import { newKey } from '../uplink/key.ts'
import { claimOf } from '../uplink/prover.ts'
import type { ComputerMarks } from '../volume/fingerprint.ts'
import { type Identity, identityOf, type Station, trustedRoute } from './identity.ts'

export interface Applicant extends ComputerMarks {
  computerName: string
  agentVersion: string
  unmanaged?: boolean
  /** This computer reports for the machine of the fingerprint, whose own agent must not notice. */
  onBehalf?: boolean
}

/**
 * With a key for all tries: one whose answer was lost is then the same machine to the collector, and no second one. It is on
 * disk once it is enrolled and not before: an image that is made meanwhile must not give it to many computers.
 */
export function keyed(secrets: Secrets): Secrets {
  return { ...secrets, key: secrets.key ?? newKey() }
}

/** Enrols for one report, by a key of its own where the settings have none: nothing is written. @throws (rejects) EnrolError or the network's error */
export async function enrolTransient(
  station: Station,
  settings: Settings,
  secrets: Secrets,
  applicant: Applicant,
): Promise<Identity> {
  const route = await trustedRoute(settings, () => secrets, station)
  const { enrolmentToken: token = '', machineSecret: _before, ...others } = secrets
  const key = (applicant.onBehalf ? undefined : secrets.key) ?? newKey()
  const { volume: _notNow, ...said } = applicant
  const { machine, secret } = await enrol(route, token, {
    ...said,
    key: claimOf(key, createHash('sha256').update(token).digest('hex')),
    ...(settings.site !== undefined && { site: settings.site }),
  })
  const { hardware } = applicant
  // a collector of protocol 1 does not know the key yet, and gives a secret
  const mine: Secrets = { ...others, key, ...(secret !== undefined && { machineSecret: secret }) }
  return {
    stored: { ...settings, machine, ...(hardware && { hardware }) },
    secrets: () => mine,
    keep: () => undefined,
  }
}

/**
 * Enrols once. On success the settings with the machine's id and key are on disk, and the token is gone.
 *
 * @throws (rejects) SettingsError where a setting is missing, EnrolError where the collector refuses, or the network's error
 */
export async function enrolOnce(
  station: Station,
  settings: Settings,
  secrets: Secrets,
  sealer: Sealer,
  applicant: Applicant,
): Promise<Identity> {
  if (secrets.enrolmentToken === undefined)
    throw new SettingsError('This machine is not enrolled: give an enrolment token (--token or ENROLMENT_TOKEN).')
  const enrolled = await enrolTransient(station, settings, secrets, applicant)
  const mine = enrolled.secrets()
  const { dataFolder: folder } = station
  return identityOf(folder, writeSettings(folder, enrolled.stored, mine, sealer), mine, () => sealer)
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
      const waitMs = backoff.next({ refused, isCostly: true })
      log.warn({ waitMs: Math.round(waitMs) }, `enrolment: ${error instanceof Error ? error.message : String(error)}`)
      await new Promise<void>((resolve) => void clock.after(waitMs, resolve))
    }
  }
}
