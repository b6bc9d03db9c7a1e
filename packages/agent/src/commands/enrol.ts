import { SettingsError } from '../config/settings.ts'
import { readSecrets, readSettings } from '../config/settings-file.ts'
import { enrolOnce } from '../run/enrolment.ts'
import { readFirstSight } from '../run/first-sight.ts'
import { type ConnectionOptions, withOptions } from '../run/options.ts'
import { readSurroundings } from '../run/surroundings.ts'
import { AGENT_VERSION } from '../version.ts'
import { SERVICE_NAME } from '../windows/service-settings.ts'

/** `enrol`: tries once and says how it went. */
export async function runEnrol(options: ConnectionOptions): Promise<void> {
  const around = readSurroundings(options)
  const { dataFolder, volume, live, sealer } = around
  const stored = readSettings(dataFolder)
  const before = readSecrets(stored, sealer())
  const { settings, secrets = before } = withOptions(stored ?? {}, () => before, options)
  const { collectorUrl } = settings
  if (collectorUrl === undefined) throw new SettingsError('Give the collector’s address: --collector https://…')
  const identity = await enrolOnce(around, { ...settings, collectorUrl }, secrets, sealer(), {
    computerName: readFirstSight({ volume, isLive: live !== undefined, startedAt: 0, now: 0 }).computerName,
    agentVersion: AGENT_VERSION,
    ...live?.marks(),
  })
  console.log(`Enrolled at ${collectorUrl} as machine ${identity.stored.machine}.`)
  if (around.windows?.services().state(SERVICE_NAME).state === 'running')
    console.log(
      `The service is who it was until it is started again: net stop ${SERVICE_NAME}, net start ${SERVICE_NAME}.`,
    )
}
