import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock as clock } from '@pumphandle/shared/clock'
import { INSTALLER_KEY } from '../config/registry.ts'
import { SettingsError } from '../config/settings.ts'
import { readSecrets, readSettings, writeSettings } from '../config/settings-file.ts'
import { type ConnectionOptions, withOptions } from '../run/options.ts'
import { readSurroundings, type Surroundings } from '../run/surroundings.ts'
import { closeFolder } from '../windows/folder-access.ts'
import type { WindowsHost } from '../windows/host.ts'
import { ENVIRONMENT, SERVICE_ENVIRONMENT, SERVICE_KEY } from '../windows/service-environment.ts'
import { openServiceSettings, SERVICE_NAME } from '../windows/service-settings.ts'

/** Windows starts a service in Safe Mode with Networking if it is named here. */
const SAFE_MODE_KEY = `SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Network\\${SERVICE_NAME}`
/** A stopped agent says goodbye within 2 s and ends; a busy machine gets this long for it. */
const STOP_MS = 20_000
/**
 * Windows calls a service stopped before its process has ended, which holds its files a little longer: they are tried again,
 * each time so much later, for some 5 s in all.
 */
const HELD_FILES = { maxRetries: 10, retryDelay: 100 } as const

/** `install`: registers this copy as a service and starts it. */
export async function runInstall(options: ConnectionOptions): Promise<void> {
  const { dataFolder, sealer, ...around } = readSurroundings(options)
  const windows = windowsOf(around)
  const stored = readSettings(dataFolder)
  const before = readSecrets(stored, sealer())
  const { settings, secrets = before } = withOptions(stored ?? {}, () => before, options)
  const { collectorUrl } = settings
  if (collectorUrl === undefined) throw new SettingsError('Give the collector’s address: --collector https://…')
  mkdirSync(dataFolder, { recursive: true })
  closeFolder(windows.koffi(), dataFolder)
  writeSettings(dataFolder, { ...settings, collectorUrl }, secrets, sealer())
  const program = join(import.meta.dirname, 'agent.cjs')
  const service = openServiceSettings(windows.koffi())
  service.create(`"${process.execPath}" --v8-pool-size=0 --use-system-ca "${program}" service --data "${dataFolder}"`)
  windows.registry().writeStrings(SERVICE_KEY, ENVIRONMENT, SERVICE_ENVIRONMENT)
  windows.registry().writeString(SAFE_MODE_KEY, '', 'Service')
  const refused = service.apply()
  if (refused.length > 0) console.error(`Windows did not take: ${refused.join(', ')}.`)
  console.log(service.start() ? 'The service runs.' : 'The service is registered but did not start: see `doctor`.')
}

/** `uninstall`: removes service, registry values and data. The program's own files stay: they are this copy. */
export async function runUninstall(options: ConnectionOptions): Promise<void> {
  const { dataFolder, ...around } = readSurroundings(options)
  const windows = windowsOf(around)
  const service = openServiceSettings(windows.koffi())
  const until = clock.now() + STOP_MS
  if (service.stop()) {
    while (windows.services().processId(SERVICE_NAME) !== 0 && clock.now() < until)
      await new Promise<void>((resolve) => void clock.after(100, resolve))
  }
  service.remove()
  windows.registry().deleteKey(SAFE_MODE_KEY)
  windows.registry().deleteKey(INSTALLER_KEY)
  await rm(dataFolder, { recursive: true, force: true, ...HELD_FILES }).catch((error: Error) => {
    throw new SettingsError(`The service is removed; its data is not (${error.message}): delete ${dataFolder} by hand.`)
  })
  console.log('The service, its settings and its data are removed.')
}

function windowsOf(around: Pick<Surroundings, 'windows'>): WindowsHost {
  if (around.windows) return around.windows
  throw new SettingsError('Services are Windows’ own: use `run` on this computer.')
}
