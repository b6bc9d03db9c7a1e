import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'
import { runAsService, type ServiceControl } from '@pumphandle/shared/windows-service'
import type { GoodbyeReason } from '@pumphandle/shared/wire'
import { forgetInstallerSecrets, withInstallerProperties } from '../config/registry.ts'
import { readSecrets, type StoredSettings, writeSettings } from '../config/settings-file.ts'
import { UPGRADE_MARK } from '../version.ts'
import { closeFolder } from '../windows/folder-access.ts'
import { openServiceSettings, SERVICE_NAME } from '../windows/service-settings.ts'
import type { Agent } from './agent.ts'
import type { HotStart } from './hot.ts'
import { type Identity, readyIdentity } from './identity.ts'
import { shutdownKind } from './shutdown-kind.ts'

/** What Windows is told that stopping takes; the goodbye itself takes 1.5 s at most. */
const STOP_HINT_MS = 4000
/** Windows usually takes note of the stop in milliseconds; the process ends even if it does not. */
const EXIT_AFTER_MS = 1000

/**
 * Runs under Windows' service control manager. The connection is begun before Windows' libraries are loaded; the installer's
 * properties are taken over after that, and a connection that they make wrong is replaced.
 */
export function runService(hot: HotStart, clock: Clock): void {
  const { windows, log } = hot
  if (windows === undefined) throw new Error('`service` is started by Windows; use `run` here.')
  rmSync(join(hot.dataFolder, UPGRADE_MARK), { force: true })
  let identity = readyIdentity(hot.dataFolder, hot.stored, () => windows.sealer())
  let agent: Agent | undefined = identity && hot.begin(identity)

  const runtime = runAsService(windows.koffi(), SERVICE_NAME, onControl, (wasService) => {
    if (wasService) process.exit(0)
    console.error('`service` is started by Windows; use `run` from a command line.')
    process.exit(1)
  })

  function onControl(control: ServiceControl): void {
    log.info({ control }, 'Windows says')
    if (control === 'suspend') void agent?.goodbye('sleep')
    else if (control === 'resume') agent?.resumed()
    else if (control !== 'ask') void stop(reasonOf(control))
  }

  function reasonOf(control: ServiceControl): GoodbyeReason {
    return control === 'stop' ? 'service-stop' : shutdownKind(hot.volume)
  }

  async function stop(reason: GoodbyeReason): Promise<void> {
    runtime.stopping(STOP_HINT_MS)
    await agent?.goodbye(reason)
    agent?.close()
    runtime.stopped(0)
    clock.after(EXIT_AFTER_MS, () => process.exit(0))
  }

  async function takeOverProperties(): Promise<void> {
    if (windows === undefined) return
    const registry = windows.registry()
    const before = hot.stored ?? {}
    const given = withInstallerProperties(before, readSecrets(hot.stored, windows.sealer()), registry)
    const mustEnrol = identity === undefined || given.settings.machine === undefined
    if (!mustEnrol && !given.changed) return
    await agent?.goodbye('upgrade')
    agent?.close()
    if (mustEnrol) {
      const enrolling = hot.enrol(given.settings, given.secrets)
      forgetInstallerSecrets(registry)
      identity = await enrolling
    } else {
      const { enrolmentToken: _unused, ...secrets } = given.secrets
      const settings = given.settings as StoredSettings
      const stored = writeSettings(hot.dataFolder, settings, secrets, windows.sealer())
      identity = readyIdentity(hot.dataFolder, stored, () => windows.sealer())
      forgetInstallerSecrets(registry)
    }
    agent = hot.begin(identity as Identity)
  }

  try {
    closeFolder(windows.koffi(), hot.dataFolder)
  } catch (error) {
    log.error({ reason: String(error) }, 'the data folder is open to others')
  }
  takeOverProperties().then(
    () => {
      const refused = openServiceSettings(windows.koffi()).apply()
      if (refused.length > 0) log.warn({ refused }, 'Windows did not take these settings of the service')
    },
    (error: unknown) => {
      // a wrong setting: a restart would not mend it, so the service stays up for `doctor` to find and says so in its log
      log.error({ reason: String(error) }, 'the agent cannot start')
      void import('../log/file-log.ts').then(({ openFileLog }) => log.attach(openFileLog(hot.dataFolder, '')))
    },
  )
}
